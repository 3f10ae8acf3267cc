import type { Server } from 'node:http';

import type { Log } from '../logging/log.js';
import type { DrainRegistry } from './drain-registry.js';
import { OpenConnections } from './open-connections.js';
import type { Readiness } from './readiness.js';

export interface StopPlan {
  readonly server: Server;
  readonly readiness: Readiness;
  readonly streams: DrainRegistry;
  readonly log: Log;
  /** Time between "not ready" and "no new connections", for the balancer to notice. */
  readonly noticeMs: number;
  /** Time open answers have to end by themselves. */
  readonly drainMs: number;
  /** Closes everything behind the server: pools, timers, the application. */
  readonly close: () => Promise<void>;
}

const IDLE_SWEEP_MS = 100;
/** Time a request has to arrive that was on its way when the server was closed. */
const ARRIVAL_MS = 1_000;
/** Time the ended streams have to book what they used. */
const END_MS = 10_000;

/** A stop in order: not ready, no new connections, open answers run out, the rest is ended, pools are closed. */
export class GracefulStop {
  #stopping: Promise<void> | null = null;
  readonly #hurry = new AbortController();
  readonly #connections: OpenConnections;

  /** To be made before the server listens: it counts the connections. */
  constructor(private readonly plan: StopPlan) {
    this.#connections = new OpenConnections(plan.server);
  }

  /** The first call stops, a further one ends the waiting; all of them resolve when everything is closed. */
  stop(): Promise<void> {
    if (this.#stopping !== null) this.#hurry.abort();
    this.#stopping ??= this.run();
    return this.#stopping;
  }

  private async run(): Promise<void> {
    const { server, readiness, streams, log, noticeMs, drainMs, close } = this.plan;
    readiness.startDraining();
    log.info('Stopping: not ready any more', { count: streams.size });
    await this.wait(noticeMs);

    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const closedAt = performance.now();
    // Node closes a connection that turns idle only when it is asked to.
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      if (performance.now() - closedAt > ARRIVAL_MS) this.#connections.closeWaiting();
    }, IDLE_SWEEP_MS);
    await Promise.race([closed, this.wait(drainMs)]);

    const cut = streams.size;
    const ended = streams.endAll();
    await Promise.race([ended, pause(END_MS)]);
    if (cut > 0) log.warn('Ended the streams that were still open', { count: cut });
    await Promise.race([closed, pause(IDLE_SWEEP_MS)]);
    clearInterval(sweep);
    server.closeAllConnections();
    await close();
    log.info('Stopped');
  }

  /** Shorter when somebody is in a hurry. */
  private wait(ms: number): Promise<void> {
    return pause(ms, this.#hurry.signal);
  }
}

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (ms <= 0 || signal?.aborted === true) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
