import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/**
 * `public`: unicast on the internet. `private`: networks of an operator. `loopback`: this machine. `never`: everything
 * else (link-local, metadata services, multicast, documentation, tunnels that hide an IPv4 address, …); no setting
 * opens it.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'never';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A first address and the number of leading bits that count. */
export type Network = readonly [Address, number];

const networks = (...texts: readonly string[]): readonly Network[] => texts.map((text) => ipaddr.parseCIDR(text));

const LOOPBACK = networks('127.0.0.0/8', '::1/128');

const PRIVATE = networks(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10', // carrier-grade NAT, also used inside clouds
  'fc00::/7', // unique local
);

/** Metadata services of clouds: they give credentials to whoever asks. Those at 169.254.x.x are link-local anyway. */
const METADATA = networks(
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google Cloud
  'fd00:c1::a9fe:a9fe/128', // Oracle Cloud
  'fd00:a9fe:a9fe::1/128', // Linode
  'fd00:42::42/128', // Scaleway
);

/** The one block IPv6 unicast is assigned from; what is outside of it is never public. */
const UNICAST_6: Network = ipaddr.parseCIDR('2000::/3');

/** IANA's special-purpose registries, beside the ranges above. */
const SPECIAL = networks(
  '0.0.0.0/8', // this network; 0.0.0.0 reaches loopback on Linux
  '169.254.0.0/16', // link-local
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // multicast tunnels
  '192.88.99.0/24', // 6to4 relays
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, with broadcast
  '2001::/23', // protocol assignments, with Teredo, which hides an IPv4 address
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, hides an IPv4 address
  '2620:4f:8000::/48', // AS112
  '3ffe::/16', // 6bone, given back
  '3fff::/20', // documentation
);

const NOT_PUBLIC = [...LOOPBACK, ...PRIVATE, ...SPECIAL];

const NETWORK = /^([^/]+)\/(\d{1,3})$/;

/** True when every address of the network is in the other one. */
const isWithin = ([first, bits]: Network, [otherFirst, otherBits]: Network): boolean =>
  first.kind() === otherFirst.kind() && bits >= otherBits && first.match(otherFirst, otherBits);

const overlaps = (a: Network, b: Network): boolean => isWithin(a, b) || isWithin(b, a);

/** An address in its usual notation, without a zone; `null` for anything else, such as `127.1`, `0x7f000001` or a name. */
export const parseAddress = (text: string): Address | null =>
  isIP(text) === 0 || text.includes('%') ? null : ipaddr.parse(text);

/** A network such as `10.0.0.0/8`, or one address; `null` for anything else. */
export const parseNetwork = (text: string): Network | null => {
  const single = parseAddress(text);
  if (single !== null) return networkOf(single);
  const [, first = '', bits = ''] = NETWORK.exec(text) ?? [];
  const address = parseAddress(first);
  return address !== null && ipaddr.isValidCIDR(text) ? [address, Number(bits)] : null;
};

/** Kind of all addresses of a network; `mixed` when they are of several kinds. */
export const kindOfNetwork = (network: Network): AddressKind | 'mixed' => {
  const isIn = (others: readonly Network[]): boolean => others.some((other) => isWithin(network, other));
  if (isIn(METADATA) || isIn(SPECIAL)) return 'never';
  if (isIn(LOOPBACK)) return 'loopback';
  if (isIn(PRIVATE)) return 'private';
  const reachesSpecial = NOT_PUBLIC.some((other) => overlaps(network, other));
  if (network[0].kind() === 'ipv4' || isWithin(network, UNICAST_6)) return reachesSpecial ? 'mixed' : 'public';
  return reachesSpecial || overlaps(network, UNICAST_6) ? 'mixed' : 'never';
};

const networkOf = (address: Address): Network => [address, address.kind() === 'ipv4' ? 32 : 128];

export const kindOfAddress = (address: Address): AddressKind => {
  const kind = kindOfNetwork(networkOf(address));
  // A single address is of one kind; the compiler cannot know.
  return kind === 'mixed' ? 'never' : kind;
};

export const isInNetwork = (address: Address, network: Network): boolean => isWithin(networkOf(address), network);
