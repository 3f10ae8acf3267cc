import type { OrganizationId } from '@app/kernel';
import type { Pool } from 'undici';

import type { AddressJudge } from './address-judge.js';
import type { OutboundUse } from './allowances.js';
import { OutboundError } from './outbound-error.js';
import type { OutboundUrl } from './outbound-url.js';
import { openPinnedPool, type PinnedPoolOptions } from './pinned-pool.js';

/** A judgement this young is used as it is. */
const FRESH_MS = 10_000;
/** An older one still serves the call that has it renewed, so no call waits for a name server while a target is busy. */
const STALE_MS = 60_000;
/** How long the last judged addresses serve when no name server answers. A refusal ends them at once. */
const LAST_RESORT_MS = 600_000;
const IDLE_MS = 120_000;
const SWEEP_MS = 30_000;
/** Between the moment a pool is no longer given out and its closing: for calls that were just given it. */
const GRACE_MS = 30_000;
const MOST_POOLS = 5_000;

export interface JudgedPoolsOptions extends PinnedPoolOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

interface Entry {
  readonly pool: Pool;
  readonly addresses: string;
  judgedAt: number;
  usedAt: number;
}

/**
 * Connections kept open, one pool for each tenant, use, origin and set of judged addresses: no socket ever serves two
 * tenants, and none outlives for long the answer it was judged by.
 */
export class JudgedPools {
  private readonly entries = new Map<string, Entry>();
  private readonly judgements = new Map<string, Promise<Entry | OutboundError>>();
  private readonly open = new Set<Pool>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly judge: AddressJudge,
    private readonly options: JudgedPoolsOptions,
  ) {
    this.sweeper = setInterval(() => this.closeIdle(), SWEEP_MS).unref();
  }

  /** Throws `OutboundError`. */
  async poolFor(organizationId: OrganizationId, use: OutboundUse, url: OutboundUrl): Promise<Pool> {
    const name = `${organizationId} ${use} ${url.origin}`;
    const known = this.entries.get(name);
    const age = known === undefined ? Infinity : this.options.clock() - known.judgedAt;
    if (known !== undefined && age < FRESH_MS) return this.used(name, known);
    const judging = this.judgeAgain(name, use, url);
    if (known !== undefined && age < STALE_MS) return this.used(name, known);
    const judged = await judging;
    if (!(judged instanceof OutboundError)) return this.used(name, judged);
    if (known !== undefined && age < LAST_RESORT_MS && judged.reason !== 'address') return this.used(name, known);
    throw judged;
  }

  async destroy(): Promise<void> {
    clearInterval(this.sweeper);
    this.entries.clear();
    await Promise.all(Array.from(this.open, (pool) => pool.destroy()));
  }

  /** One judgement at a time for each target. Never rejects, since nobody may be waiting for it. */
  private judgeAgain(name: string, use: OutboundUse, url: OutboundUrl): Promise<Entry | OutboundError> {
    const underWay = this.judgements.get(name);
    if (underWay !== undefined) return underWay;
    const judging = this.judge
      .judge(url, use)
      .then((addresses) => this.accept(name, url, addresses))
      .catch((error: unknown) => this.refuse(name, error))
      .finally(() => this.judgements.delete(name));
    this.judgements.set(name, judging);
    return judging;
  }

  private accept(name: string, url: OutboundUrl, answers: readonly string[]): Entry {
    const now = this.options.clock();
    const addresses = answers.toSorted().join(' ');
    const known = this.entries.get(name);
    if (known?.addresses === addresses) {
      known.judgedAt = now;
      return known;
    }
    this.retire(name);
    const entry = { pool: openPinnedPool(url, answers, this.options), addresses, judgedAt: now, usedAt: now };
    this.open.add(entry.pool);
    this.entries.set(name, entry);
    if (this.entries.size > MOST_POOLS) this.retire(this.entries.keys().next().value ?? name);
    return entry;
  }

  private refuse(name: string, error: unknown): OutboundError {
    const refusal = error instanceof OutboundError ? error : new OutboundError('unreachable', error);
    if (refusal.reason === 'address') this.retire(name);
    return refusal;
  }

  /** Entries stand in the order of their last use. */
  private used(name: string, entry: Entry): Pool {
    entry.usedAt = this.options.clock();
    if (this.entries.delete(name)) this.entries.set(name, entry);
    return entry.pool;
  }

  private closeIdle(): void {
    const now = this.options.clock();
    for (const [name, { usedAt }] of this.entries) {
      if (now - usedAt < IDLE_MS) return;
      this.retire(name);
    }
  }

  /** No longer given out; closed when the calls that have it are done. */
  private retire(name: string): void {
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    this.entries.delete(name);
    const close = async (): Promise<void> => {
      if (!entry.pool.destroyed) await entry.pool.close();
      this.open.delete(entry.pool);
    };
    setTimeout(() => void close(), GRACE_MS).unref();
  }
}
