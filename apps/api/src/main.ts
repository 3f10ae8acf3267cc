import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';

import { migrations } from '@app/composition';
import {
  type Config,
  createLog,
  describeFailure,
  GracefulStop,
  type Log,
  MetricsServer,
  readConfig,
  waitForDatabase,
} from '@app/platform';

import { type Api, createApi } from './create-api.js';

/** A pool that cannot be closed (its server is gone) must not keep the process. */
const CLOSE_MS = 10_000;
const MAX_NOTICE_MS = 5_000;

const stopOf = (config: Config, log: Log, { app, parts }: Api, metrics: MetricsServer): GracefulStop =>
  new GracefulStop({
    server: parts.server.server,
    readiness: parts.readiness,
    streams: parts.streams,
    log,
    noticeMs: config.embedded ? 0 : Math.min(MAX_NOTICE_MS, config.drainSeconds * 100),
    drainMs: config.drainSeconds * 1_000,
    close: async () => {
      await Promise.race([Promise.all([app.close(), metrics.stop()]), sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  });

/**
 * SIGTERM and SIGINT stop, a second one hurries. Under a launcher, which is connected over IPC, Ctrl-C reaches both
 * of us: it is the launcher's to pass on, and its death is a reason to stop.
 */
const obeySignals = (stop: () => Promise<void>): void => {
  const leave = (): void => {
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', () => {
    if (!process.connected) leave();
  });
  process.once('disconnect', leave);
};

const nothingToStop = (): Promise<void> => Promise.resolve();

const start = async (): Promise<void> => {
  const { config, warnings } = readConfig(process.env);
  const log = createLog('api', config);
  process.on('uncaughtException', (error) => {
    log.fatal('Crashed', {}, error);
    process.exit(1);
  });
  let stop = nothingToStop;
  obeySignals(() => stop());
  for (const variable of warnings) log.warn('A variable that is set has no effect', { variable });

  await waitForDatabase(config, log, migrations);
  const metrics = new MetricsServer(log);
  const api = await createApi(config, log);
  const graceful = stopOf(config, log, api, metrics);
  stop = () => graceful.stop();
  await metrics.start(config, api.parts.metrics);
  await api.app.listen({ host: config.host, port: config.port });
  log.info('Listening', { host: config.host, port: config.port });
  process.send?.({ type: 'listening', port: config.port });
};

start().catch((error: unknown) => {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
});
