import { type Config, createServer, DrainRegistry, type Log, Metrics, Readiness } from '@app/platform';
import type { FastifyInstance } from 'fastify';

/** What exists before the application does: the server, and what its stop and its figures need. */
export interface ApiParts {
  readonly server: FastifyInstance;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly streams: DrainRegistry;
}

export const makeParts = (config: Config, log: Log): ApiParts => {
  const readiness = new Readiness();
  const metrics = new Metrics();
  return {
    server: createServer({ config, log, readiness, metrics }),
    readiness,
    metrics,
    streams: new DrainRegistry(),
  };
};
