import ipaddr from 'ipaddr.js';

import {
  type Address,
  kindOfAddress,
  kindOfNetwork,
  type Network,
  parseAddress,
  parseNetwork,
} from './address-kind.js';
import { urlOf } from './outbound-url.js';

/** What one entry of `OUTBOUND_ALLOW` opens, or why it must not stand there: the rest of a sentence about the entry. */
export type Allowance =
  | { readonly type: 'network'; readonly network: Network }
  | { readonly type: 'host'; readonly host: string; readonly port: number }
  | { readonly type: 'refused'; readonly problem: string };

const HOST_AND_PORT = /^(?<host>\[[^\]/@]+\]|[^:/@*[\]\s]+):(?<port>\d{1,5})$/;
/** Names under which clouds hand out the credentials of the machine. */
const METADATA_NAME = /^(?:metadata|instance-data)(?:\.|$)/;

const NEVER_OPENED = 'is link-local, a metadata service or reserved and is never opened';

const refused = (problem: string): Allowance => ({ type: 'refused', problem });

/** The only judge of an entry: what it refuses keeps a process from starting, what it takes is what calls may reach. */
export const readAllowance = (entry: string, options: { readonly production: boolean }): Allowance => {
  const network = parseNetwork(entry);
  return network === null ? readHost(entry) : judgeNetwork(network, options.production);
};

const judgeNetwork = (network: Network, production: boolean): Allowance => {
  const [first, bits] = network;
  const start = startOf(network);
  // A missing digit would open more than was meant.
  if (start.toNormalizedString() !== first.toNormalizedString()) {
    return refused(`does not start its network: write ${start.toString()}/${bits}`);
  }
  const kind = kindOfNetwork(network);
  if (kind === 'never') return refused(NEVER_OPENED);
  if (kind === 'mixed') return refused('reaches beyond one private or public network');
  if (kind === 'loopback' && production) {
    return refused('opens loopback: in production only an exact host:port may');
  }
  return { type: 'network', network };
};

const startOf = ([first, bits]: Network): Address => {
  const cidr = `${first.toString()}/${bits}`;
  return first.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
};

/** Host and port in the form of a parsed address: lower case, punycode, no brackets. */
const readHost = (entry: string): Allowance => {
  const { host = '', port = '' } = HOST_AND_PORT.exec(entry)?.groups ?? {};
  const url = host === '' || host.endsWith('.') ? null : urlOf(`http://${host}:${port}/`);
  if (url === null || Number(port) === 0) return refused('is neither a network such as 10.0.0.0/8 nor host:port');
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const address = parseAddress(hostname);
  const never = address === null ? METADATA_NAME.test(hostname) : kindOfAddress(address) === 'never';
  return never ? refused(NEVER_OPENED) : { type: 'host', host: hostname, port: Number(port) };
};
