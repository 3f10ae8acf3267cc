import { DomainError } from '@app/kernel';
import type { Log } from '@app/platform';
import { performance } from 'node:perf_hooks';

import type { CallToAdmit, Verdict } from './admission.js';
import { AdmitGroup, type AdmitCallsRow } from './admit-group.js';
import { ConnectionLost, isDataError, isUnstorable } from './database-failure.js';
import type { DatabaseLink } from './database-link.js';
import type { GatewayNode } from './gateway-node.js';
import { withRequestDays } from './missing-day.js';

/** Larger groups hold the locks of their counters longer than they save. */
export const MAX_GROUP = 256;
/** More than this many waiting calls would not be answered in time anyway. */
const MAX_WAITING = 8_192;
/** A call that has waited this long is answered; its group, once sent, takes 2.5 s more at most. */
const MAX_WAIT_MS = 2_000;

interface WaitingCall {
  readonly call: CallToAdmit;
  readonly giveUpAt: number;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

export const unavailable = (): DomainError => new DomainError('SERVICE_UNAVAILABLE');

/** What the caller of a failed admission is told. */
const answerTo = (error: unknown): DomainError => {
  if (isUnstorable(error)) return new DomainError('VALIDATION_FAILED');
  return isDataError(error) ? new DomainError('INTERNAL_ERROR') : unavailable();
};

/**
 * Calls on their way into the database. One group is in flight; calls that arrive meanwhile are the next one. More
 * groups at once would be smaller and wait for each other's locks, and waiting to fill a group only costs time.
 */
export class AdmissionQueue {
  private waiting: WaitingCall[] = [];
  private inFlight = false;
  private timer: NodeJS.Timeout | null = null;
  private idle: (() => void) | null = null;

  constructor(
    private readonly link: DatabaseLink,
    private readonly node: GatewayNode,
    /** Calls whose admission may have been committed although nobody was told. */
    private readonly onUnknownOutcome: (calls: readonly CallToAdmit[]) => void,
    private readonly log: Log,
  ) {}

  /** `arrivedAt` (of `performance.now`): what the caller has waited before counts too. */
  admit(call: CallToAdmit, arrivedAt: number): Promise<Verdict> {
    if (this.waiting.length >= MAX_WAITING) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      this.waiting.push({ call, giveUpAt: arrivedAt + MAX_WAIT_MS, resolve, reject });
      this.next();
    });
  }

  /** Sends the next group, if there is one and the database may be asked. */
  next(): void {
    if (this.inFlight) return;
    if (this.waiting.length === 0) {
      this.idle?.();
      return;
    }
    if (!this.link.isUp || !this.node.isAlive) {
      this.watch();
      return;
    }
    this.inFlight = true;
    const group = this.waiting.splice(0, MAX_GROUP);
    void this.send(group).finally(() => {
      this.inFlight = false;
      this.next();
    });
  }

  /** Resolves when every call that is waiting now has been answered. */
  async drained(): Promise<void> {
    if (this.waiting.length === 0 && !this.inFlight) return;
    await new Promise<void>((resolve) => (this.idle = resolve));
  }

  /** Answers the calls that have waited too long while the database is away. */
  private watch(): void {
    const [oldest] = this.waiting;
    if (this.timer !== null || oldest === undefined) return;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        const now = performance.now();
        const late = this.waiting.filter(({ giveUpAt }) => giveUpAt <= now);
        this.waiting = this.waiting.filter(({ giveUpAt }) => giveUpAt > now);
        for (const { reject } of late) reject(unavailable());
        this.next();
      },
      Math.max(0, oldest.giveUpAt - performance.now()),
    );
  }

  private async send(group: readonly WaitingCall[]): Promise<void> {
    const calls = group.map(({ call }) => call);
    try {
      const verdicts = await this.ask(calls);
      for (const [i, { resolve, reject }] of group.entries()) {
        const verdict = verdicts[i];
        if (verdict === undefined) reject(unavailable());
        else resolve(verdict);
      }
    } catch (error) {
      if (isDataError(error) && group.length > 1) {
        await this.sendOneByOne(group);
        return;
      }
      if (error instanceof ConnectionLost) this.onUnknownOutcome(calls);
      else this.log.error('The database refused an admission', { count: calls.length }, error);
      for (const { reject } of group) reject(answerTo(error));
    }
  }

  /** The server has rolled the group back because of a value of one call: the others must not pay for it. */
  private async sendOneByOne(group: readonly WaitingCall[]): Promise<void> {
    for (const one of group) {
      if (performance.now() > one.giveUpAt) one.reject(unavailable());
      else await this.send([one]);
    }
  }

  private async ask(calls: readonly CallToAdmit[]): Promise<readonly Verdict[]> {
    const group = new AdmitGroup(calls);
    const [row] = await withRequestDays(this.link, () => this.link.query<AdmitCallsRow>(group.statement(this.node.id)));
    if (row === undefined) throw new TypeError('admit_calls gave no row');
    return group.verdicts(row);
  }
}
