import type { IncomingHttpHeaders } from 'node:http';
import { performance } from 'node:perf_hooks';

import type { OrganizationId } from '@app/kernel';
import { type Dispatcher, Pool } from 'undici';

import { AddressJudge, type Resolve, systemResolve } from './address-judge.js';
import type { Allowances, OutboundUse } from './allowances.js';
import { JudgedPools, type JudgedPoolsOptions } from './judged-pools.js';
import { OutboundError, outboundErrorOf } from './outbound-error.js';
import { parseOutboundUrl } from './outbound-url.js';

/** An address a customer chose. */
export interface OutboundTarget {
  /** Connections are never shared between organizations. */
  readonly organizationId: OrganizationId;
  readonly use: OutboundUse;
  readonly url: string;
}

export interface OutboundRequest extends OutboundTarget {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For everything: resolving, connecting, sending, and the last byte of the answer. */
  readonly timeoutMs: number;
  /** Most bytes of the answer's body; one more ends it with `too-large`. */
  readonly maxBytes: number;
}

/** An answer of any status; redirects are not followed. */
export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As sent: nothing is unpacked. */
  readonly body: Buffer;
}

export interface OutboundHttpOptions extends Partial<JudgedPoolsOptions> {
  readonly resolve?: Resolve;
}

/**
 * The one way to every address a customer can choose. Each target is read once, resolved once and judged, and the
 * connection goes to what was judged; no redirect is followed and no proxy variable is read.
 */
export class OutboundHttp {
  private readonly judge: AddressJudge;
  private readonly pools: JudgedPools;
  private readonly builtIn = new Map<number, Pool>();

  constructor(allowances: Allowances, options: OutboundHttpOptions = {}) {
    const { resolve = systemResolve, clock = () => performance.now(), ...connection } = options;
    this.judge = new AddressJudge(allowances, resolve);
    this.pools = new JudgedPools(this.judge, { ...connection, clock });
  }

  /** Judges an address before it is stored, exactly as a later call will. Throws `OutboundError`. */
  async check({ url, use }: Pick<OutboundTarget, 'url' | 'use'>): Promise<void> {
    await this.judge.judge(parseOutboundUrl(url), use);
  }

  /**
   * Connections to the target's origin, for `dispatch`; errors it reports go through `outboundErrorOf`. Judged again
   * every few seconds: ask for it at each call and use it at once. Throws `OutboundError`.
   */
  async dispatcherFor({ organizationId, use, url }: OutboundTarget): Promise<Dispatcher> {
    return this.pools.poolFor(organizationId, use, parseOutboundUrl(url));
  }

  /**
   * Connections to a server that this process itself runs on loopback. It is reached by the port it listens on, which
   * is never read from a URL: a customer's URL that names the port is judged like any other.
   */
  dispatcherForBuiltIn(port: number): Dispatcher {
    const known = this.builtIn.get(port);
    if (known !== undefined) return known;
    const pool = new Pool(`http://127.0.0.1:${port}`);
    this.builtIn.set(port, pool);
    return pool;
  }

  /** One bounded request. Throws `OutboundError`; any status is an answer. */
  async request(request: OutboundRequest): Promise<OutboundAnswer> {
    const limit = AbortSignal.timeout(request.timeoutMs);
    try {
      const dispatcher = await before(limit, this.dispatcherFor(request));
      const { statusCode, headers, body } = await dispatcher.request({
        path: parseOutboundUrl(request.url).path,
        method: request.method,
        headers: { ...request.headers },
        body: request.body ?? null,
        signal: limit,
      });
      return { status: statusCode, headers, body: await bounded(body, request.maxBytes) };
    } catch (error) {
      throw outboundErrorOf(error);
    }
  }

  /** Breaks all connections, those in use too. */
  async destroy(): Promise<void> {
    await Promise.all([this.pools.destroy(), ...Array.from(this.builtIn.values(), (pool) => pool.destroy())]);
  }
}

/** The promise's value, unless the limit comes first. */
const before = async <T>(limit: AbortSignal, promise: Promise<T>): Promise<T> => {
  let cut: (() => void) | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    cut = () => reject(new OutboundError('timeout'));
    limit.addEventListener('abort', cut, { once: true });
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    if (cut !== undefined) limit.removeEventListener('abort', cut);
  }
};

/** Leaving the loop early destroys the body, and with it the connection. */
const bounded = async (body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new OutboundError('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
