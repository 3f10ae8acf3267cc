import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface RequestLabels {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * The metrics of a process. A registry of its own instead of the library's global one, so that several applications
 * can live in one process. Labels are patterns, enums and statuses: their number is bounded whatever callers send.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers: [this.registry],
  });

  /** Adds processor, memory, garbage collection and event-loop delay; they cost timers, so only when somebody reads. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  observeRequest({ method, route, status }: RequestLabels, seconds: number): void {
    this.#requests.observe({ method: METHODS.has(method) ? method : 'other', route, status: String(status) }, seconds);
  }
}
