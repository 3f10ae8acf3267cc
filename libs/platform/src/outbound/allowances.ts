import ipaddr from 'ipaddr.js';

import type { OutboundAllowance } from '../config/config.js';
import { StartError } from '../config/start-error.js';
import { type Address, isInNetwork, kindOfAddress, kindOfNetwork, type Network, parseAddress } from './address-kind.js';
import { type OutboundUrl, urlOf } from './outbound-url.js';

/** What a customer's address is for. */
export type OutboundUse = OutboundAllowance['uses'][number];

const NETWORK = /^([^/]+)\/(\d{1,3})$/;
const HOST_AND_PORT = /^(?<host>\[[^\]/@]+\]|[^:/@*[\]\s]+):(?<port>\d{1,5})$/;

/**
 * `OUTBOUND_ALLOW` and `OUTBOUND_ALLOW_FOR`: what the operator opens beside public unicast over https. An entry with
 * host and port opens what that name means to this machine, and only there; an entry for a network opens its addresses.
 */
export class Allowances {
  private readonly uses: ReadonlySet<OutboundUse>;
  private readonly networks: readonly Network[];
  private readonly hosts: ReadonlySet<string>;

  /** Throws `StartError` for an entry that is malformed or opens what must stay closed. */
  constructor({ entries, uses }: OutboundAllowance, options: { readonly production: boolean }) {
    this.uses = new Set(uses);
    const networks: Network[] = [];
    const hosts: string[] = [];
    for (const entry of entries) {
      const network = networkOf(entry);
      if (network === null) hosts.push(hostOf(entry));
      else networks.push(listable(entry, network, options.production));
    }
    this.networks = networks;
    this.hosts = new Set(hosts);
  }

  /** Whether the operator opened exactly this host and port. */
  hasHost({ host, port }: OutboundUrl, use: OutboundUse): boolean {
    return this.uses.has(use) && this.hosts.has(`${host} ${port}`);
  }

  /** Whether a host that resolves to this address may be called there. Plain http goes to nothing but what is listed. */
  permits(url: OutboundUrl, use: OutboundUse, address: Address): boolean {
    const kind = kindOfAddress(address);
    if (kind === 'never') return false;
    if (kind === 'public' && url.secure) return true;
    return (
      this.hasHost(url, use) || (this.uses.has(use) && this.networks.some((network) => isInNetwork(address, network)))
    );
  }
}

const refusal = (entry: string, problem: string): StartError =>
  new StartError(`OUTBOUND_ALLOW: "${entry}" ${problem}.`);

/** A network or a single address; `null` when the entry has another form. */
const networkOf = (entry: string): Network | null => {
  const single = parseAddress(entry);
  if (single !== null) return [single, single.kind() === 'ipv4' ? 32 : 128];
  const [, first = '', bits = ''] = NETWORK.exec(entry) ?? [];
  const address = parseAddress(first);
  if (address === null) return null;
  if (!ipaddr.isValidCIDR(entry)) throw refusal(entry, 'is not a network');
  const start =
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(entry) : ipaddr.IPv6.networkAddressFromCIDR(entry);
  if (start.toNormalizedString() !== address.toNormalizedString()) {
    throw refusal(entry, `does not start its network: write ${start.toString()}/${bits}`);
  }
  return [address, Number(bits)];
};

const NEVER_OPENED = 'is link-local, a metadata service or reserved and is never opened';

const listable = (entry: string, network: Network, production: boolean): Network => {
  const kind = kindOfNetwork(network);
  if (kind === 'never') throw refusal(entry, NEVER_OPENED);
  if (kind === 'mixed') throw refusal(entry, 'reaches beyond one private or public network');
  if (kind === 'loopback' && production) {
    throw refusal(entry, 'opens loopback: in production only an exact host:port may');
  }
  return network;
};

/** Host and port in the form `hasHost` compares. */
const hostOf = (entry: string): string => {
  const { host = '', port = '' } = HOST_AND_PORT.exec(entry)?.groups ?? {};
  const url = host === '' || host.endsWith('.') ? null : urlOf(`http://${host}:${port}/`);
  if (url === null || Number(port) === 0) throw refusal(entry, 'is neither a network nor host:port');
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const address = parseAddress(hostname);
  if (address !== null && kindOfAddress(address) === 'never') {
    throw refusal(entry, NEVER_OPENED);
  }
  return `${hostname} ${Number(port)}`;
};
