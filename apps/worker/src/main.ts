import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';

import { migrations } from '@app/composition';
import { createLog, describeFailure, NestLog, readConfig, waitForDatabase } from '@app/platform';
import { NestFactory } from '@nestjs/core';

import { WorkerModule } from './worker.module.js';

/** A pool that cannot be closed (its server is gone) must not keep the process. */
const CLOSE_MS = 10_000;

/**
 * SIGTERM and SIGINT stop. Under a launcher, which is connected over IPC, Ctrl-C is the launcher's to pass on, and its
 * death is a reason to stop.
 */
const obeySignals = (stop: () => Promise<void>): void => {
  let stopping: Promise<void> | null = null;
  const leave = (): void => {
    stopping ??= stop().then(
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
  const log = createLog('worker', config);
  process.on('uncaughtException', (error) => {
    log.fatal('Crashed', {}, error);
    process.exit(1);
  });
  let stop = nothingToStop;
  obeySignals(() => stop());
  for (const variable of warnings) log.warn('A variable that is set has no effect', { variable });

  await waitForDatabase(config, log, migrations);
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config, log), {
    logger: new NestLog(log),
    abortOnError: false,
  });
  stop = async () => {
    log.info('Stopping');
    await Promise.race([app.close(), sleep(CLOSE_MS, undefined, { ref: false })]);
    log.info('Stopped');
  };
  log.info('Ready');
  process.send?.({ type: 'ready' });
};

start().catch((error: unknown) => {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
});
