import { performance } from 'node:perf_hooks';
import { v7 } from 'uuid';

import type { DatabaseLink } from './database-link.js';

const BEAT_MS = 5_000;
/**
 * A confirmed heartbeat lets calls in for this long: less than the 15 seconds after which a sweeper declares the node
 * dead, so a process that was paused, or whose connection for heartbeats is broken, stops admitting before that.
 */
const LEASE_MS = 12_000;

export const DEAD_AFTER_MS = 15_000;

/**
 * This process as the database knows it. The id stands for one life: a node that was declared dead goes on under a new
 * one, because calls of the old one are being expired.
 */
export class GatewayNode {
  private currentId = v7();
  private confirmedAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | null = null;
  private confirming: Promise<void> | null = null;

  constructor(
    private readonly link: DatabaseLink,
    private readonly onAlive: () => void,
  ) {}

  get id(): string {
    return this.currentId;
  }

  get isAlive(): boolean {
    return performance.now() - this.confirmedAt < LEASE_MS;
  }

  start(): void {
    this.timer = setInterval(() => {
      // A failed heartbeat shows by itself: the lease runs out, and a new connection confirms again.
      this.confirm().catch(() => undefined);
    }, BEAT_MS);
  }

  /** Beats, or enters under a new id when this one is unknown. */
  confirm(): Promise<void> {
    this.confirming ??= this.beatOrEnter().finally(() => (this.confirming = null));
    return this.confirming;
  }

  /** Leaves the list of the living: what is still open under this id is expired at once. */
  async leave(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.confirming?.catch(() => undefined);
    this.confirmedAt = Number.NEGATIVE_INFINITY;
    await this.link.query({ text: 'select remove_gateway_node($1, null)', values: [this.currentId] });
  }

  private async beatOrEnter(): Promise<void> {
    // Before it is sent: the answer may be late, the server's count is not.
    const sentAt = performance.now();
    const [beat] = await this.link.query<{ alive: boolean }>({
      text: 'select beat_gateway_node($1) as alive',
      values: [this.currentId],
    });
    if (beat?.alive !== true) {
      this.confirmedAt = Number.NEGATIVE_INFINITY;
      this.currentId = v7();
      await this.link.query({ text: 'select register_gateway_node($1)', values: [this.currentId] });
    }
    this.confirmedAt = sentAt;
    this.onAlive();
  }
}
