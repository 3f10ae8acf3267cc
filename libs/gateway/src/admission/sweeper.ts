import { Database, Log } from '@app/platform';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { performance } from 'node:perf_hooks';

import { DEAD_AFTER_MS } from './gateway-node.js';
import { Periodic } from './periodic.js';

const PASS_MS = 3_000;
/** Heartbeats that were not looked at for longer prove nothing: the database or this process may have been away. */
const LONGEST_GAP_MS = 9_000;
/** Calls expired in one transaction; their counters are locked meanwhile. */
const EXPIRE_AT_ONCE = 200;

interface Observation {
  readonly heartbeat: string;
  /** On this process's monotonic clock: no other clock is compared with it. */
  readonly since: number;
}

/**
 * Declares nodes dead whose heartbeat has stood still while this process was watching, and expires the open calls of
 * every node that is not alive. Any number of sweepers may run; what one has expired the others do not find.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private observations = new Map<string, Observation>();
  private lastPassAt = Number.NEGATIVE_INFINITY;
  private readonly periodic = new Periodic(
    PASS_MS,
    () => this.pass(),
    (error) => this.log.warn('A pass of the sweeper failed, it observes anew', {}, error),
  );

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.periodic.stop();
  }

  /** One look at all nodes and all open calls; answers the number of calls it expired. */
  async pass(): Promise<number> {
    try {
      await this.observe();
      return await this.expire();
    } catch (error) {
      // While the database was away no node could beat.
      this.observations.clear();
      throw error;
    }
  }

  private async observe(): Promise<void> {
    if (performance.now() - this.lastPassAt > LONGEST_GAP_MS) this.observations.clear();
    const askedAt = performance.now();
    const nodes = await this.database.lookup<{ node_id: string; heartbeat: string }>(
      'select node_id, heartbeat from gateway_heartbeats()',
    );
    const answeredAt = performance.now();
    const observations = new Map<string, Observation>();
    for (const { node_id: node, heartbeat } of nodes) {
      const before = this.observations.get(node);
      const observation = before?.heartbeat === heartbeat ? before : { heartbeat, since: answeredAt };
      observations.set(node, observation);
      if (askedAt - observation.since >= DEAD_AFTER_MS) await this.declareDead(node, heartbeat);
    }
    this.observations = observations;
    this.lastPassAt = performance.now();
  }

  private async declareDead(node: string, heartbeat: string): Promise<void> {
    // A node that has beaten since the look at it stays.
    await this.database.lookup('select remove_gateway_node($1, $2)', [node, heartbeat]);
    this.log.warn('A gateway node is dead');
  }

  private async expire(): Promise<number> {
    let expired = 0;
    for (;;) {
      const [row] = await this.database.lookup<{ calls: number }>('select expire_calls($1) as calls', [EXPIRE_AT_ONCE]);
      const calls = row?.calls ?? 0;
      expired += calls;
      // Another sweeper may have been faster with some of them; the next pass sees what is left.
      if (calls < EXPIRE_AT_ONCE) break;
    }
    if (expired > 0) this.log.warn('Expired open calls of dead nodes', { count: expired });
    return expired;
  }
}
