import { AddressJudge, type Resolve } from './address-judge.js';
import { Allowances } from './allowances.js';
import { OutboundError, type OutboundReason } from './outbound-error.js';
import { parseOutboundUrl } from './outbound-url.js';

const failing =
  (code: string): Resolve =>
  () =>
    Promise.reject(Object.assign(new Error(`getaddrinfo ${code} db.internal`), { code }));

const judge = (
  url: string,
  resolve: Resolve | readonly string[] = [],
  entries: readonly string[] = [],
): Promise<readonly string[]> => {
  const allowances = new Allowances({ entries, uses: ['providers'] }, { production: true });
  const answers: Resolve = typeof resolve === 'function' ? resolve : () => Promise.resolve(resolve);
  return new AddressJudge(allowances, answers).judge(parseOutboundUrl(url), 'providers');
};

const never: Resolve = () => Promise.reject(new Error('an address was looked up'));

const refused = (reason: OutboundReason): OutboundError => new OutboundError(reason);

describe('a name', () => {
  it('is reached at all its addresses when each of them is permitted', async () => {
    const answers = ['93.184.216.34', '2606:4700::1'];
    expect(await judge('https://api.example.com/', answers)).toEqual(answers);
  });

  it.each([
    [['127.0.0.1']],
    [['93.184.216.34', '127.0.0.1']],
    [['127.0.0.1', '93.184.216.34']],
    [['93.184.216.34', '::1']],
    [['93.184.216.34', '169.254.169.254', '93.184.216.35']],
    [['93.184.216.34', '10.0.0.1']],
    [['::ffff:93.184.216.34']],
    [['93.184.216.34', '64:ff9b::7f00:1']],
    [['fe80::1%eth0']],
    [['93.184.216.34', '']],
    [['93.184.216.34', 'not-an-address']],
    [[]],
  ])('that resolves to %j is refused', async (answers) => {
    await expect(judge('https://api.example.com/', answers)).rejects.toThrow(refused('address'));
  });

  it.each(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EBADNAME', 'anything else'])(
    'that does not exist (%s) is refused like a forbidden one',
    async (code) => {
      await expect(judge('https://db.internal/', failing(code))).rejects.toMatchObject({
        reason: 'address',
        message: refused('address').message,
      });
    },
  );

  it.each(['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL'])('nobody can say anything about (%s) is unreachable', async (code) => {
    await expect(judge('https://api.example.com/', failing(code))).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('is looked up once for calls at the same time', async () => {
    const resolve = jest.fn<Promise<string[]>, [string]>().mockResolvedValue(['93.184.216.34']);
    const one = new AddressJudge(new Allowances({ entries: [], uses: [] }, { production: true }), resolve);
    const url = parseOutboundUrl('https://api.example.com/');
    await Promise.all([1, 2, 3].map(() => one.judge(url, 'providers')));
    expect(resolve).toHaveBeenCalledTimes(1);
    await one.judge(url, 'providers');
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  it('that no name server answers for is given up after five seconds', async () => {
    jest.useFakeTimers();
    const waiting = judge('https://api.example.com/', () => new Promise(() => undefined));
    jest.advanceTimersByTime(5_000);
    jest.useRealTimers();
    await expect(waiting).rejects.toMatchObject({ reason: 'timeout' });
  });
});

describe('an address in place of a name', () => {
  it('is judged without any look-up', async () => {
    expect(await judge('https://93.184.216.34/', never)).toEqual(['93.184.216.34']);
    expect(await judge('https://[2606:4700::1]/', never)).toEqual(['2606:4700::1']);
    for (const host of [
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '017700000001',
      '0',
      '10.1',
      '169.254.169.254',
      '100.64.0.1',
    ]) {
      await expect(judge(`https://${host}/`, never)).rejects.toThrow(refused('address'));
    }
    for (const host of [
      '::1',
      '::',
      '::ffff:127.0.0.1',
      '::127.0.0.1',
      'fd00::1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
    ]) {
      await expect(judge(`https://[${host}]/`, never)).rejects.toThrow(refused('address'));
    }
  });
});

describe('a port', () => {
  const open = ['93.184.216.34'];

  it.each([80, 443, 1024, 3000, 8080, 8443, 11434, 65535])('%d may be called', async (port) => {
    expect(await judge(`https://api.example.com:${port}/`, open)).toEqual(open);
  });

  it.each([1, 21, 22, 23, 25, 53, 110, 143, 389, 465, 587, 636, 993, 2049, 4190, 5060, 6000, 6667, 10080])(
    '%d of another protocol may not',
    async (port) => {
      await expect(judge(`https://api.example.com:${port}/`, open)).rejects.toThrow(refused('address'));
      await expect(judge(`http://10.0.0.1:${port}/`, [], ['10.0.0.0/8'])).rejects.toThrow(refused('address'));
    },
  );

  it('is open when the operator listed it with its host', async () => {
    expect(await judge('http://10.0.0.1:587/', [], ['10.0.0.1:587'])).toEqual(['10.0.0.1']);
  });
});
