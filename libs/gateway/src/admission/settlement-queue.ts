import type { Log } from '@app/platform';
import { setTimeout as sleep } from 'node:timers/promises';

import { MAX_GROUP } from './admission-queue.js';
import { ConnectionLost, isDataError } from './database-failure.js';
import type { DatabaseLink } from './database-link.js';
import { withRequestDays } from './missing-day.js';
import { type Settlement, settleStatement } from './settle-group.js';

/** Nobody waits for a settlement, so a few milliseconds of collecting halve its cost. */
const COLLECT_MS = 5;
const RETRY_MS = 250;

const NOTHING_KNOWN = {
  httpStatus: null,
  errorCode: null,
  usage: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0, source: 'estimated' },
  cost: null,
  latencyMs: 0,
  ttftMs: null,
} as const satisfies Partial<Settlement>;

/** A value of one outcome is at fault: the database cannot hold it, or it cannot even be written down. */
const isFaultOfOne = (error: unknown): boolean => isDataError(error) || error instanceof TypeError;

interface WaitingSettlement {
  readonly settlement: Settlement;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Outcomes on their way into the database: one group in flight, sent again until the server has it. They are kept in
 * memory only. What a dying process could not book is expired by the sweeper at what it held.
 */
export class SettlementQueue {
  private waiting: WaitingSettlement[] = [];
  private inFlight = false;
  private timer: NodeJS.Timeout | null = null;
  private idle: (() => void) | null = null;

  constructor(
    private readonly link: DatabaseLink,
    private readonly log: Log,
  ) {}

  /** Outcomes that are not durable yet. */
  get backlog(): number {
    return this.waiting.length;
  }

  settle(settlement: Settlement): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ settlement, resolve, reject });
      this.collect();
    });
  }

  /** Sends the next group, if there is one and the connection stands. */
  next(): void {
    if (this.inFlight || !this.link.isUp) return;
    if (this.waiting.length === 0) {
      this.idle?.();
      return;
    }
    this.inFlight = true;
    const group = this.waiting.splice(0, MAX_GROUP);
    void this.send(group).finally(() => {
      this.inFlight = false;
      if (this.waiting.length > 0) this.collect();
      else this.idle?.();
    });
  }

  /** Resolves when every outcome that is waiting now is durable. */
  async drained(): Promise<void> {
    if (this.waiting.length === 0 && !this.inFlight) return;
    await new Promise<void>((resolve) => (this.idle = resolve));
  }

  private collect(): void {
    if (this.waiting.length >= MAX_GROUP) this.next();
    else {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.next();
      }, COLLECT_MS);
    }
  }

  private async send(group: readonly WaitingSettlement[]): Promise<void> {
    try {
      await this.book(group.map(({ settlement }) => settlement));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (!isFaultOfOne(error)) await this.sendLater(group, error);
      else if (group.length > 1) for (const one of group) await this.send([one]);
      else await this.bookHeld(group, error);
    }
  }

  private async sendLater(group: readonly WaitingSettlement[], error: unknown): Promise<void> {
    this.waiting = [...group, ...this.waiting];
    // A lost connection wakes the queue when it is back.
    if (error instanceof ConnectionLost) return;
    this.log.error('The database refused outcomes; they are sent again', { count: group.length }, error);
    await sleep(RETRY_MS);
  }

  /** An outcome the database cannot hold must not leave its call open, so it is booked at what the call holds. */
  private async bookHeld([culprit]: readonly WaitingSettlement[], error: unknown): Promise<void> {
    if (culprit === undefined) return;
    const { settlement, reject } = culprit;
    const { requestId } = settlement;
    reject(error);
    if (settlement.status === 'expired') {
      this.log.error('A call cannot be closed while this node lives', { requestId }, error);
      return;
    }
    this.log.error('An outcome cannot be stored; its call is booked at what it held', { requestId }, error);
    const held: Settlement = { ...settlement, ...NOTHING_KNOWN, status: 'expired' };
    await this.send([{ settlement: held, resolve: () => undefined, reject: () => undefined }]);
  }

  private async book(settlements: readonly Settlement[]): Promise<void> {
    await withRequestDays(this.link, () => this.link.query(settleStatement(settlements)));
  }
}
