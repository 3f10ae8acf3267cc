import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Config } from '../config/config.js';
import type { Log } from '../logging/log.js';
import type { Metrics } from './metrics.js';

/** A server of its own for `/internal/metrics`, so that figures about tenants are on no public port. */
export class MetricsServer {
  #server: Server | null = null;

  constructor(private readonly log: Log) {}

  /** Resolves with the port, or with `null` when `METRICS_PORT` is off. */
  async start({ metricsPort, host }: Pick<Config, 'metricsPort' | 'host'>, metrics: Metrics): Promise<number | null> {
    if (metricsPort === null) return null;
    metrics.collectProcess();
    const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
      if (request.url !== '/internal/metrics' || request.method !== 'GET') {
        response.writeHead(404).end();
        return;
      }
      metrics.registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
        (error: unknown) => {
          this.log.error('Metrics could not be collected', {}, error);
          response.writeHead(500).end();
        },
      );
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(metricsPort, host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    this.log.info('Metrics are served', { host, port });
    return port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
