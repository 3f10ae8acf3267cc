import { lookup } from 'node:dns/promises';

import { type Address, parseAddress } from './address-kind.js';
import type { Allowances, OutboundUse } from './allowances.js';
import { OutboundError } from './outbound-error.js';
import type { OutboundUrl } from './outbound-url.js';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As the machine itself resolves names, with its hosts file, and in the order the answers came. */
export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

const WEB_PORTS: readonly number[] = [80, 443];
const FIRST_FREE_PORT = 1_024;
/** Ports above the first thousand that browsers refuse, because other protocols listen there and might obey a request. */
const FOREIGN_PORTS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

const RESOLVE_LIMIT_MS = 5_000;
/** The name server could not answer; every other error of a resolver says that there is no such name. */
const TRANSIENT = new Set(['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL', 'ECONNREFUSED', 'EAI_MEMORY', 'EAI_SYSTEM']);

/** Decides which addresses a customer's URL may be connected to. */
export class AddressJudge {
  private readonly lookups = new Map<string, Promise<readonly string[]>>();

  constructor(
    private readonly allowances: Allowances,
    private readonly resolve: Resolve,
  ) {}

  /**
   * Resolves the host once and judges every answer: one that is not permitted refuses the name, so that nothing depends
   * on which one is taken. The connection then goes to these addresses and to no later answer.
   */
  async judge(url: OutboundUrl, use: OutboundUse): Promise<readonly string[]> {
    if (!this.permitsPort(url, use)) throw new OutboundError('address');
    const texts = parseAddress(url.host) === null ? await this.answersFor(url.host) : [url.host];
    const addresses = texts.map(parseAddress);
    const permitted = (address: Address | null): boolean =>
      address !== null && this.allowances.permits(url, use, address);
    if (addresses.length === 0 || !addresses.every(permitted)) throw new OutboundError('address');
    return texts;
  }

  private permitsPort(url: OutboundUrl, use: OutboundUse): boolean {
    if (WEB_PORTS.includes(url.port)) return true;
    return (url.port >= FIRST_FREE_PORT && !FOREIGN_PORTS.has(url.port)) || this.allowances.hasHost(url, use);
  }

  /** A look-up that hangs is waited for by one thread only, however many calls want the name. */
  private async answersFor(host: string): Promise<readonly string[]> {
    let lookingUp = this.lookups.get(host);
    if (lookingUp === undefined) {
      lookingUp = this.resolve(host).finally(() => this.lookups.delete(host));
      this.lookups.set(host, lookingUp);
    }
    let limit: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      limit = setTimeout(() => reject(new OutboundError('timeout')), RESOLVE_LIMIT_MS).unref();
    });
    try {
      return await Promise.race([lookingUp, tooLate]);
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      throw new OutboundError(
        TRANSIENT.has(String((error as { code?: unknown }).code)) ? 'unreachable' : 'address',
        error,
      );
    } finally {
      clearTimeout(limit);
    }
  }
}
