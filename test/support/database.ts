import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedPostgres, migrate, type Migrations, Secret } from '@app/platform';
import { Client } from 'pg';

export interface TestDatabase {
  /** For the application's login role: row-level security holds. */
  readonly url: string;
  /** For the owner of the tables. */
  readonly adminUrl: string;
  /** For an administrator of the whole server. */
  readonly serverUrl: string;
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file, with all migrations (or just those given), cloned from a template that is
 * migrated once a run. The server is started by the first test that needs one: an embedded PostgreSQL, the
 * installation in `TEST_POSTGRES_BINARIES`, or the running server of `TEST_DATABASE_ADMIN_URL`.
 */
export const createTestDatabase = async (migrations?: Migrations): Promise<TestDatabase> => {
  const server = await serverUrl();
  const template = await ensureTemplate(server, migrations ?? (await allMigrations()));
  const name = `${RUN}_${randomBytes(6).toString('hex')}`;
  await withClient(server, (client) => client.query(`create database ${name} template ${template}`));
  return {
    url: addressOf(server, name, { role: RUN, password: RUN_PASSWORD }),
    adminUrl: addressOf(server, name),
    serverUrl: server,
    drop: () => withClient(server, (client) => client.query(`drop database if exists ${name} with (force)`)),
  };
};

/** An empty database without roles or migrations; `url` is the owner's too. */
export const createEmptyDatabase = async (): Promise<TestDatabase> => {
  const server = await serverUrl();
  const name = `${RUN}_${randomBytes(6).toString('hex')}`;
  await withClient(server, (client) => client.query(`create database ${name}`));
  return {
    url: addressOf(server, name),
    adminUrl: addressOf(server, name),
    serverUrl: server,
    drop: () => withClient(server, (client) => client.query(`drop database if exists ${name} with (force)`)),
  };
};

/** Runs `work` with a plain connection, for what a test looks at or breaks behind the application's back. */
export const withClient = async (url: string, work: (client: Client) => Promise<unknown>): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

const RUN_PASSWORD = process.env.TEST_RUN_ID ?? 'unset';
const RUN = `gw_test_${RUN_PASSWORD}`;

/** Any fixed number; taken in the server's maintenance database while a template is made. */
const TEMPLATE_LOCK = 4_110_325;

const serverUrl = async (): Promise<string> => {
  if (process.env.TEST_DATABASE_ADMIN_URL !== undefined) return process.env.TEST_DATABASE_ADMIN_URL;
  const folder = process.env.TEST_RUN_FOLDER;
  if (folder === undefined) throw new Error('tests run under jest, which makes TEST_RUN_FOLDER');
  const binaries = process.env.TEST_POSTGRES_BINARIES;
  // Every test file comes here: the first one starts the server, the others adopt it.
  const postgres = await EmbeddedPostgres.start({ folder, durable: false, ...(binaries ? { binaries } : {}) });
  return postgres.adminUrl().reveal();
};

/** Loaded only when needed: the tests of one library must not depend on whether another one compiles. */
const allMigrations = async (): Promise<Migrations> =>
  (await import('../../apps/composition/src/migrations.js')).migrations;

/** Jest runs files in several processes: one makes the template, and its name appears when it is complete. */
const ensureTemplate = async (server: string, migrations: Migrations): Promise<string> => {
  const list = createHash('sha256').update(migrations.map(({ name }) => name).join(' '));
  const template = `${RUN}_template_${list.digest('hex').slice(0, 12)}`;
  await withClient(server, async (client) => {
    while (!(await tryLock(client))) await sleep(50);
    if ((await client.query('select from pg_database where datname = $1', [template])).rowCount === 1) return;
    const unfinished = `${template}_new`;
    await client.query(`drop database if exists ${unfinished} with (force)`);
    await client.query(`create database ${unfinished}`);
    const login = { role: RUN, password: new Secret(RUN_PASSWORD) };
    await migrate(new Secret(addressOf(server, unfinished)), migrations, login);
    await client.query(`alter database ${unfinished} with allow_connections false`);
    await client.query(`alter database ${unfinished} rename to ${template}`);
  });
  return template;
};

const tryLock = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [TEMPLATE_LOCK]);
  return rows[0]?.taken === true;
};

const addressOf = (server: string, database: string, login?: { role: string; password: string }): string => {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (login !== undefined) {
    url.username = login.role;
    url.password = login.password;
  }
  return url.href;
};
