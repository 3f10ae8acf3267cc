import { type AddressKind, kindOfAddress, parseAddress } from './address-kind.js';

const kindOf = (text: string): AddressKind => {
  const address = parseAddress(text);
  if (address === null) throw new TypeError(`${text} is no address`);
  return kindOfAddress(address);
};

/** What the addresses have in common, their kind, and the addresses, those on both sides of every edge among them. */
const RANGES: readonly (readonly [string, AddressKind, string])[] = [
  [
    'IPv4 of the internet',
    'public',
    `1.0.0.0  1.1.1.1  8.8.8.8  9.255.255.255  11.0.0.0  93.184.216.34  100.63.255.255  100.128.0.0  126.255.255.255
     128.0.0.0  168.63.129.15  168.63.129.17  169.253.255.255  169.255.0.0  172.15.255.255  172.32.0.0
     191.255.255.255  192.0.1.0  192.0.3.0  192.31.195.255  192.31.197.0  192.52.192.255  192.52.194.0  192.88.98.255
     192.88.100.0  192.167.255.255  192.169.0.0  192.175.47.255  192.175.49.0  198.17.255.255  198.20.0.0
     198.51.99.255  198.51.101.0  203.0.112.255  203.0.114.0  223.255.255.255`,
  ],
  [
    'IPv6 of the internet',
    'public',
    `2000::  2001:200::1  2001:db7:ffff::1  2001:db9::1  2003::1  2606:4700:4700::1111  2620:4f:7fff::1
     2620:4f:8001::1  2a00:1450:4001:80b::200e  3ffd:ffff::1  3fff:1000::1`,
  ],
  [
    'networks of operators',
    'private',
    `10.0.0.0  10.255.255.255  172.16.0.0  172.31.255.255  192.168.0.0  192.168.255.255  100.64.0.0  100.100.100.199
     100.127.255.255  fc00::  fd12:3456::1  fdff:ffff:ffff:ffff::1`,
  ],
  ['this machine', 'loopback', '127.0.0.0  127.0.0.1  127.255.255.255  ::1'],
  [
    'unspecified, multicast, reserved, broadcast',
    'never',
    `0.0.0.0  0.255.255.255  224.0.0.1  239.255.255.255  240.0.0.1  255.255.255.254  255.255.255.255
     ::  ff00::1  ff02::1  ff0e::1  fe00::1  fb00::1  4000::1  1fff:ffff::1  8000::1`,
  ],
  [
    'link-local and metadata services',
    'never',
    `169.254.0.0  169.254.169.254  169.254.170.2  169.254.255.255  fe80::1  fe80::a9fe:a9fe  febf:ffff::1  fec0::1
     feff::1  100.100.100.200  168.63.129.16  192.0.0.192  fd00:ec2::254  fd00:ec2::23  fd20:ce::254
     fd00:c1::a9fe:a9fe  fd00:a9fe:a9fe::1  fd00:42::42`,
  ],
  [
    'documentation, benchmarks, protocols',
    'never',
    `192.0.0.0  192.0.0.255  192.0.2.1  192.31.196.1  192.52.193.1  192.88.99.1  192.175.48.1  198.18.0.0
     198.19.255.255  198.51.100.1  203.0.113.1  2001:db8::1  3fff::1  3fff:fff:ffff::1  100::1  100:0:0:1::1
     2001:2::1  2001:10::1  2001:20::1  2001:1ff::1  2620:4f:8000::1  5f00::1  3ffe::1`,
  ],
  [
    'IPv6 that is, or hides, an IPv4 address: mapped, compatible, translated, NAT64, 6to4, Teredo',
    'never',
    `::ffff:127.0.0.1  ::ffff:7f00:1  ::ffff:8.8.8.8  ::127.0.0.1  ::7f00:1  ::8.8.8.8  ::2  ::ffff:0:127.0.0.1
     64:ff9b::7f00:1  64:ff9b::8.8.8.8  64:ff9b:1::7f00:1  64:ff9b:1:ffff::1  2002:7f00:1::  2002:a00:1::1
     2002:808:808::1  2001::1  2001:0:7f00:1::  2001:0:4136:e378::1`,
  ],
];

const ROWS = RANGES.flatMap(([range, kind, addresses]) =>
  addresses.split(/\s+/).map((address) => [address, kind, range] as const),
);

describe('an address', () => {
  it.each(ROWS)('%s is %s (%s)', (address, kind) => {
    expect(kindOf(address)).toBe(kind);
  });

  it.each([
    '',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '127.0.0.01',
    '127.0.0.1.',
    ' 127.0.0.1',
    '256.1.1.1',
  ])('is not %j', (text) => expect(parseAddress(text)).toBeNull());

  it.each(['localhost', 'fe80::1%eth0', '[::1]', '::1/128', ':::', '1:2:3:4:5:6:7:8:9', '::ffff:127.1', '::1\n'])(
    'is not %j either',
    (text) => expect(parseAddress(text)).toBeNull(),
  );
});
