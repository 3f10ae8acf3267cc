import { randomUUID } from 'node:crypto';

import type { Log } from '@app/platform';
import type { DataSource, EntityManager } from 'typeorm';

import { boundedTransaction } from '../append/bounded-transaction.js';
import { readSequence } from '../chain/stored-event.js';
import type { EventFormat } from '../events/event-format.js';
import type { EventConsumer } from './event-consumer.js';
import type { FeedListener } from './feed-listener.js';
import { type FeedCursor, type FeedHeader, readFeed, runsOf } from './feed-page.js';
import { claimLease, LEASE_SECONDS, moveCursor, type ReaderLease, releaseLease } from './reader-lease.js';
import { ReaderPause } from './reader-pause.js';

const PAGE_SIZE = 200;
/** A page ends with the event at hand after this; the rest is the next page. */
const PAGE_BUDGET_MS = 1_000;
/** And its transaction is given up after this: a longer one holds back every reader and loads the hot counter rows. */
const PAGE_LIMIT_MS = 2_000;
/** NOTIFY only hurries: what it loses is found by looking. */
const POLL_MS = 500;
const STANDBY_MS = 2_000;
const MAX_BACKOFF_MS = 5_000;
const RENEW_MS = (LEASE_SECONDS * 1_000) / 3;

export interface ReaderParts {
  readonly dataSource: DataSource;
  readonly format: EventFormat;
  readonly listener: FeedListener;
  readonly log: Log;
}

/** `moved`: there may be more. `idle`: nothing new. `standby`: another reader holds the lease. */
export type PageOutcome = 'moved' | 'idle' | 'standby';

/** Its effects are rolled back: somebody else has taken over. */
class LeaseLost extends Error {}

/** Leads one consumer along the event feed. Any number of processes may run one; the lease lets one of them work. */
export class EventReader {
  readonly #owner = randomUUID();
  readonly #pause = new ReaderPause();
  #lease: ReaderLease | null = null;
  #renewedAt = 0;
  #pageSize: number;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly consumer: EventConsumer,
    private readonly parts: ReaderParts,
    private readonly maxPageSize = PAGE_SIZE,
  ) {
    this.#pageSize = maxPageSize;
  }

  start(): void {
    this.#running ??= this.run();
  }

  /** Ends after the page at hand and gives the lease back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pause.end();
    await this.#running;
    const lease = this.#lease;
    this.#lease = null;
    if (lease !== null) await this.giveBack(lease);
  }

  /** Claims the place if need be and handles one page in one transaction; rejects when an event fails. */
  async readPage(): Promise<PageOutcome> {
    const lease = this.#lease ?? (await this.claim());
    if (lease === null) return 'standby';
    try {
      const cursor = await this.inTransaction((tx) => this.handlePage(tx, lease));
      this.#pageSize = Math.min(this.maxPageSize, this.#pageSize * 2);
      if (cursor === null) return 'idle';
      this.#lease = { ...lease, cursor };
      return 'moved';
    } catch (error) {
      // Whether the page was committed is known to the database alone: the next claim reads the place again.
      this.#lease = null;
      if (error instanceof LeaseLost) return 'standby';
      // Event by event: those before the failing one get through, and the failing one is tried alone.
      this.#pageSize = 1;
      await this.giveBack(lease);
      throw error;
    }
  }

  private async run(): Promise<void> {
    const unsubscribe = this.parts.listener.subscribe(() => this.#pause.wake());
    for (let failures = 0; !this.#stopping;) {
      try {
        const outcome = await this.readPage();
        failures = 0;
        if (outcome !== 'moved') await this.#pause.untilWoken(outcome === 'idle' ? POLL_MS : STANDBY_MS);
      } catch (error) {
        failures += 1;
        this.parts.log.warn('Page of events failed', { component: this.consumer.name, attempt: failures }, error);
        await this.#pause.full(Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures));
      }
    }
    unsubscribe();
  }

  private async claim(): Promise<ReaderLease | null> {
    this.#lease = await this.inTransaction((tx) => claimLease(tx, this.consumer.name, this.#owner));
    this.#renewedAt = performance.now();
    return this.#lease;
  }

  /** Also after a failure: what fails in this process, of an older release perhaps, may pass in another one. */
  private async giveBack({ fencing }: ReaderLease): Promise<void> {
    try {
      await this.inTransaction((tx) => releaseLease(tx, this.consumer.name, fencing));
    } catch (error) {
      this.parts.log.warn(
        'A lease on the event feed was not given back, it runs out',
        { component: this.consumer.name },
        error,
      );
    }
  }

  /** The place after the page, `null` when there was nothing to read. */
  private async handlePage(tx: EntityManager, { cursor, fencing }: ReaderLease): Promise<FeedCursor | null> {
    const headers = await readFeed(tx, cursor, this.#pageSize);
    const isIdle = headers.length === 0;
    if (isIdle && performance.now() - this.#renewedAt < RENEW_MS) return null;
    const reached = (await this.handleRuns(tx, headers)) ?? cursor;
    if (!(await moveCursor(tx, this.consumer.name, fencing, reached))) throw new LeaseLost();
    this.#renewedAt = performance.now();
    return isIdle ? null : reached;
  }

  /** The last event that was handled or passed over. */
  private async handleRuns(tx: EntityManager, headers: readonly FeedHeader[]): Promise<FeedCursor | undefined> {
    const end = performance.now() + PAGE_BUDGET_MS;
    let reached: FeedCursor | undefined;
    for (const run of runsOf(headers)) {
      const events = await this.loadWanted(tx, run);
      for (const header of run) {
        const event = events.get(header.seq);
        if (event !== undefined) await this.consumer.handle(event, tx);
        reached = header;
        if (performance.now() > end) return reached;
      }
    }
    return reached;
  }

  private async loadWanted(tx: EntityManager, run: readonly FeedHeader[]) {
    const wanted = run.filter(({ type }) => this.consumer.events.includes(type));
    const [first] = wanted;
    if (first === undefined) return new Map<string, never>();
    await tx.query(`select set_config('app.organization_id', $1, true)`, [first.organizationId]);
    const seqs = wanted.map(({ seq }) => seq);
    const events = await this.parts.format.open(await readSequence(tx, first.organizationId, seqs), tx);
    return new Map(events.map((event) => [String(event.seq), event]));
  }

  private async inTransaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), PAGE_LIMIT_MS);
    try {
      return await boundedTransaction(this.parts.dataSource, limit.signal, work);
    } finally {
      clearTimeout(timer);
    }
  }
}
