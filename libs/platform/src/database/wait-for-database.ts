import { setTimeout as sleep } from 'node:timers/promises';

import { DataSource } from 'typeorm';

import type { Config } from '../config/config.js';
import { StartError } from '../config/start-error.js';
import type { Log } from '../logging/log.js';
import { dataSourceOptions } from './data-source.js';
import { type Migrations, missingMigrations } from './migrate.js';

const LIMIT_MS = 120_000;
const PAUSE_MS = 500;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Resolves when the database answers, has every migration of this build and binds the application by row-level
 * security. An orchestrator that starts everything at once may start the database last, and parts of the application
 * that meet it absent at their start stay broken.
 */
export const waitForDatabase = async (
  config: Pick<Config, 'databaseUrl'>,
  log: Log,
  migrations: Migrations,
): Promise<void> => {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const obstacle = await findObstacle(config, log, migrations);
    if (obstacle === null) return;
    if (performance.now() > deadline) throw new StartError(obstacle);
    await sleep(PAUSE_MS);
  }
};

/** What is in the way and may pass; `null` when nothing is. */
const findObstacle = async (
  config: Pick<Config, 'databaseUrl'>,
  log: Log,
  migrations: Migrations,
): Promise<string | null> => {
  const dataSource = new DataSource(
    dataSourceOptions({
      url: config.databaseUrl,
      applicationName: 'ai-gateway start',
      entities: [],
      poolSize: 1,
      onConnectionLost: (error) => log.warn('Lost an idle database connection', {}, error),
    }),
  );
  try {
    await dataSource.initialize();
    await refuseUnboundRole(dataSource);
    const missing = await missingMigrations(dataSource, migrations);
    if (missing.length === 0) return null;
    log.info('Waiting for migrations', { count: missing.length, migration: missing[0] });
    return 'The database lacks migrations of this build: npm run migrate.';
  } catch (error) {
    if (error instanceof StartError) throw error;
    log.warn('The database is not ready yet', {}, error);
    const isStranger = error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE;
    return isStranger
      ? 'The role of DATABASE_URL has no rights in the database: npm run migrate, with DATABASE_URL set.'
      : 'The database of DATABASE_URL does not answer.';
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
};

const refuseUnboundRole = async (dataSource: DataSource): Promise<void> => {
  const rows = await dataSource.query<unknown[]>(
    'select from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)',
  );
  if (rows.length === 0) return;
  throw new StartError(
    'DATABASE_URL: its role is a superuser or bypasses row-level security; the application needs a plain role of its own.',
  );
};
