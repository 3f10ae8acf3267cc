import ipaddr from 'ipaddr.js';

import { Refusal } from './variable.js';

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Strictly written: `10.1/8` or `0x7f.1` mean something else to every program that reads them. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)(?:\/\d{1,3})?$/i;
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?):(\d{1,5})$/i;

const LINK_LOCAL = ['169.254.0.0/16', 'fe80::/10'].map((text) => ipaddr.parseCIDR(text));
const LOOPBACK = ['127.0.0.0/8', '::1/128'].map((text) => ipaddr.parseCIDR(text));
/** Addresses and names at which clouds hand out the credentials of the machine. */
const METADATA = ['fd00:ec2::254/128', '100.100.100.200/32'].map((text) => ipaddr.parseCIDR(text));
const METADATA_NAME = /^(?:metadata|instance-data)(?:\.|$)/i;

/** A network such as `10.0.0.0/8`, or one address. */
export const network = (entry: string): string => {
  if (parse(entry) === null) throw new Refusal(`has an entry that is not a network such as 10.0.0.0/8`);
  return entry;
};

/** A network, one address, or `host:port`. */
export const outboundEntry = (entry: string): string => {
  const own = parse(entry) ?? parse(hostOf(entry) ?? '');
  if (own === null && hostOf(entry) === null) {
    throw new Refusal('has an entry that is neither a network such as 10.0.0.0/8 nor host:port');
  }
  const touchesLinkLocal = own !== null && LINK_LOCAL.some((other) => overlap(own, other));
  const isMetadata = own === null ? METADATA_NAME.test(entry) : METADATA.some((other) => inside(own, other));
  if (touchesLinkLocal || isMetadata) {
    throw new Refusal('has an entry that reaches link-local or metadata addresses, which is never allowed');
  }
  return entry;
};

/** In production a whole loopback network would open every service of the machine; single ports may be named. */
export const hasLoopbackNetwork = (entries: readonly string[]): boolean =>
  entries.some((entry) => {
    const own = parse(entry);
    return own !== null && LOOPBACK.some((other) => overlap(own, other));
  });

const hostOf = (entry: string): string | null => {
  const [, host = '', port = ''] = HOST_AND_PORT.exec(entry) ?? [];
  return host !== '' && Number(port) >= 1 && Number(port) <= 65_535 ? host.replace(/^\[|\]$/g, '') : null;
};

const parse = (entry: string): Network | null => {
  if (!ADDRESS.test(entry)) return null;
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (entry.includes('/') || !ipaddr.isValid(entry)) return null;
  const address = ipaddr.parse(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

const overlap = ([address, bits]: Network, [other, otherBits]: Network): boolean =>
  address.kind() === other.kind() && address.match(other, Math.min(bits, otherBits));

const inside = (own: Network, whole: Network): boolean => own[1] >= whole[1] && overlap(own, whole);
