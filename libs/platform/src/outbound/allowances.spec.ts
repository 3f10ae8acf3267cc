import { StartError } from '../config/start-error.js';
import { parseAddress } from './address-kind.js';
import { Allowances, type OutboundUse } from './allowances.js';
import { parseOutboundUrl } from './outbound-url.js';

const EVERY_USE: readonly OutboundUse[] = ['providers', 'webhooks', 'exports'];

const allowing = (entries: readonly string[], production = false, uses = EVERY_USE): Allowances =>
  new Allowances({ entries, uses }, { production });

const permits = (allowances: Allowances, url: string, address: string, use: OutboundUse = 'providers'): boolean => {
  const parsed = parseAddress(address);
  if (parsed === null) throw new TypeError(`${address} is no address`);
  return allowances.permits(parseOutboundUrl(url), use, parsed);
};

describe('without OUTBOUND_ALLOW', () => {
  const nothing = allowing([]);

  it('only public unicast is open, and only over https', () => {
    expect(permits(nothing, 'https://api.example.com/', '93.184.216.34')).toBe(true);
    expect(permits(nothing, 'https://api.example.com/', '2606:4700::1')).toBe(true);
    expect(permits(nothing, 'http://api.example.com/', '93.184.216.34')).toBe(false);
    for (const address of ['10.0.0.1', '127.0.0.1', '::1', '169.254.169.254', 'fd00::1', '0.0.0.0', '::ffff:8.8.8.8']) {
      expect(permits(nothing, 'https://api.example.com/', address)).toBe(false);
    }
  });
});

describe('a listed network', () => {
  const allowances = allowing(['10.1.0.0/16', 'fd12::/16', '192.168.7.7', '93.184.216.0/24']);

  it('is open over http and https, on its edges too', () => {
    for (const address of ['10.1.0.0', '10.1.255.255', 'fd12::1', '192.168.7.7', '93.184.216.34']) {
      expect(permits(allowances, 'http://internal/', address)).toBe(true);
      expect(permits(allowances, 'https://internal/', address)).toBe(true);
    }
  });

  it('opens nothing beside it', () => {
    for (const address of ['10.0.255.255', '10.2.0.0', 'fd13::1', '192.168.7.8', '127.0.0.1', '169.254.169.254']) {
      expect(permits(allowances, 'http://internal/', address)).toBe(false);
      expect(permits(allowances, 'https://internal/', address)).toBe(false);
    }
  });

  it('never opens a metadata service inside of it', () => {
    const wide = allowing(['100.64.0.0/10', 'fc00::/7', '168.63.0.0/16']);
    for (const address of ['100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254', '168.63.129.16']) {
      expect(permits(wide, 'http://metadata/', address)).toBe(false);
      expect(permits(wide, 'https://metadata/', address)).toBe(false);
    }
    expect(permits(wide, 'http://internal/', '100.100.100.201')).toBe(true);
  });
});

describe('a listed host and port', () => {
  const allowances = allowing(['ollama.internal:11434', '127.0.0.1:8080', '[::1]:8080', 'Bücher.example:80'], true);

  it('is open wherever it resolves to, on that port only', () => {
    expect(permits(allowances, 'http://ollama.internal:11434/v1', '10.0.0.7')).toBe(true);
    expect(permits(allowances, 'https://OLLAMA.internal:11434/v1', '127.0.0.1')).toBe(true);
    expect(permits(allowances, 'http://127.0.0.1:8080/', '127.0.0.1')).toBe(true);
    expect(permits(allowances, 'http://0x7f.1:8080/', '127.0.0.1')).toBe(true);
    expect(permits(allowances, 'http://[::1]:8080/', '::1')).toBe(true);
    expect(permits(allowances, 'http://xn--bcher-kva.example/', '10.0.0.7')).toBe(true);
    expect(permits(allowances, 'http://ollama.internal:11435/', '10.0.0.7')).toBe(false);
    expect(permits(allowances, 'http://ollama.internal/', '10.0.0.7')).toBe(false);
    expect(permits(allowances, 'http://127.0.0.1:8081/', '127.0.0.1')).toBe(false);
  });

  it('does not open its address under another name, nor names below it', () => {
    expect(permits(allowances, 'http://localhost:8080/', '127.0.0.1')).toBe(false);
    expect(permits(allowances, 'http://other.example:8080/', '127.0.0.1')).toBe(false);
    expect(permits(allowances, 'http://a.ollama.internal:11434/', '10.0.0.7')).toBe(false);
  });

  it('is never open at a link-local, metadata or reserved address', () => {
    for (const address of ['169.254.169.254', 'fe80::1', 'fd00:ec2::254', '0.0.0.0', '224.0.0.1', '::ffff:127.0.0.1']) {
      expect(permits(allowances, 'http://ollama.internal:11434/', address)).toBe(false);
    }
  });
});

describe('OUTBOUND_ALLOW_FOR', () => {
  it('keeps an allowance from other uses', () => {
    const allowances = allowing(['10.0.0.0/8', '127.0.0.1:8080'], false, ['providers']);
    for (const [url, address] of [
      ['http://internal/', '10.0.0.1'],
      ['http://127.0.0.1:8080/', '127.0.0.1'],
    ] as const) {
      expect(permits(allowances, url, address, 'providers')).toBe(true);
      expect(permits(allowances, url, address, 'webhooks')).toBe(false);
      expect(permits(allowances, url, address, 'exports')).toBe(false);
    }
  });
});

describe('an entry of OUTBOUND_ALLOW', () => {
  const anywhere = [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '100.64.0.0/10',
    'fc00::/7',
    'fd00::1',
    'localhost:1',
    '127.0.0.1:65535',
  ];

  it.each(anywhere)('%s may stand in production too', (entry) => {
    expect(() => allowing([entry], true)).not.toThrow();
    expect(() => allowing([entry], false)).not.toThrow();
  });

  it.each(['127.0.0.0/8', '127.0.0.1', '127.0.0.2/32', '::1', '::1/128'])('%s may not stand in production', (entry) => {
    expect(() => allowing([entry], false)).not.toThrow();
    expect(() => allowing([entry], true)).toThrow(
      `OUTBOUND_ALLOW: "${entry}" opens loopback: in production only an exact host:port may.`,
    );
  });

  it.each([
    '169.254.0.0/16',
    '169.254.169.254',
    '169.254.169.254/32',
    '169.254.169.254:80',
    'fe80::/10',
    '[fe80::1]:80',
    'fd00:ec2::254',
    '[fd00:ec2::254]:80',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '0.0.0.0:80',
    '[::]:80',
    '224.0.0.0/4',
    '255.255.255.255',
    '::ffff:127.0.0.1',
    '[::ffff:127.0.0.1]:80',
    '64:ff9b::/96',
    '::/128',
    'metadata:80',
    'Metadata.google.internal:80',
    'instance-data.ec2.internal:80',
  ])('%s may stand nowhere', (entry) => {
    const refusal = `OUTBOUND_ALLOW: "${entry}" is link-local, a metadata service or reserved and is never opened.`;
    expect(() => allowing([entry])).toThrow(new StartError(refusal));
  });

  it.each(['0.0.0.0/0', '::/0', '10.0.0.0/7', '128.0.0.0/1', '2000::/3', 'fc00::/6', '192.0.0.0/8'])(
    '%s reaches too far',
    (entry) => {
      expect(() => allowing([entry])).toThrow('reaches beyond one private or public network');
    },
  );

  it.each([
    '',
    '*',
    'internal',
    'internal:',
    ':80',
    'internal:0',
    'internal:65536',
    'internal:8o',
    'http://internal:80',
    'user@internal:80',
    'internal:80/path',
    '::1:8080:x',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/',
    '/8',
    '*.internal:80',
    'internal.:80',
    '10.0.0.0/8/8',
    'in ternal:80',
    '[::1]',
    '[::1%25eth0]:80',
  ])('%j is refused at the start', (entry) => {
    expect(() => allowing([entry])).toThrow(StartError);
  });

  it('must start its network, so that a missing digit does not open more than was meant', () => {
    expect(() => allowing(['10.0.0.5/8'])).toThrow('"10.0.0.5/8" does not start its network: write 10.0.0.0/8.');
    expect(() => allowing(['fd00::5/64'])).toThrow('write fd00::/64');
  });
});
