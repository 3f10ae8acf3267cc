import type { OutboundAllowance } from '../config/config.js';
import { StartError } from '../config/start-error.js';
import { type Address, isInNetwork, kindOfAddress, type Network } from './address-kind.js';
import type { OutboundUrl } from './outbound-url.js';
import { readAllowance } from './read-allowance.js';

/** What a customer's address is for. */
export type OutboundUse = OutboundAllowance['uses'][number];

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
      const allowance = readAllowance(entry, options);
      if (allowance.type === 'refused') throw new StartError(`OUTBOUND_ALLOW: "${entry}" ${allowance.problem}.`);
      if (allowance.type === 'network') networks.push(allowance.network);
      else hosts.push(`${allowance.host} ${allowance.port}`);
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
