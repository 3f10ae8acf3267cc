import { setTimeout as sleep } from 'node:timers/promises';

import type { ClientBase } from 'pg';
import { DataSource, MigrationExecutor, type MigrationInterface } from 'typeorm';

import { StartError } from '../config/start-error.js';
import type { Secret } from '../encryption/secret.js';
import { allowFunctionOwners, type ApplicationLogin, prepareRoles } from './roles.js';

export type Migrations = readonly (new () => MigrationInterface)[];

/** Names the lock in `pg_locks`; any fixed number does. */
const MIGRATION_LOCK = 7_241_977_180_113;

const MIGRATIONS_TABLE = 'migrations';

const OLDEST_SERVER = 150_000;

/**
 * Brings the database of `adminUrl` to the state of this build: roles first, then every migration that has not run,
 * each in a transaction. Safe with several processes at once: one works, the others wait and find nothing to do.
 * Answers the names of the migrations it ran.
 */
export const migrate = async (
  adminUrl: Secret,
  migrations: Migrations,
  login: ApplicationLogin | null,
): Promise<readonly string[]> => {
  const dataSource = new DataSource({
    type: 'postgres',
    url: adminUrl.reveal(),
    applicationName: 'ai-gateway migrate',
    migrations: [...migrations],
    migrationsTableName: MIGRATIONS_TABLE,
    installExtensions: false,
    logging: false,
    connectTimeoutMS: 10_000,
  });
  await dataSource.initialize();
  try {
    const runner = dataSource.createQueryRunner();
    // The lock and everything done under it share one session, so nothing is done by a session that lost the lock.
    const session = (await runner.connect()) as ClientBase;
    try {
      await refuseOldServer(session);
      await takeLock(session);
      await session.query(`set lock_timeout = '15s'`);
      await prepareRoles(session, login);
      await allowFunctionOwners(session, true);
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      const done = await executor.executePendingMigrations();
      await session.query(`grant select on ${MIGRATIONS_TABLE} to gw_app`);
      await allowFunctionOwners(session, false);
      return done.map(({ name }) => name);
    } finally {
      await runner.release();
    }
  } finally {
    // Closes the session, which gives the lock back.
    await dataSource.destroy();
  }
};

const refuseOldServer = async (session: ClientBase): Promise<void> => {
  const { rows } = await session.query<{ version: string }>(`select current_setting('server_version_num') as version`);
  const version = Number(rows[0]?.version);
  if (version >= OLDEST_SERVER) return;
  throw new StartError(
    `DATABASE_ADMIN_URL: PostgreSQL 15 or later is needed, the server is ${Math.floor(version / 10_000)}.`,
  );
};

/** Names of the migrations this build needs and the database has not; read with the application's rights. */
export const missingMigrations = async (dataSource: DataSource, migrations: Migrations): Promise<readonly string[]> => {
  const needed = migrations.map(({ name }) => name);
  const [table] = await dataSource.query<[{ present: boolean }]>(
    `select to_regclass('public.${MIGRATIONS_TABLE}') is not null as present`,
  );
  if (!table.present) return needed;
  const rows = await dataSource.query<{ name: string }[]>(`select name from ${MIGRATIONS_TABLE}`);
  const done = new Set(rows.map(({ name }) => name));
  return needed.filter((name) => !done.has(name));
};

/**
 * Asks again and again instead of waiting inside PostgreSQL: a session that waits for an advisory lock holds a
 * snapshot, and `create index concurrently` of the working session would wait for that one forever.
 */
const takeLock = async (session: ClientBase): Promise<void> => {
  for (;;) {
    const { rows } = await session.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.taken === true) return;
    await sleep(100);
  }
};
