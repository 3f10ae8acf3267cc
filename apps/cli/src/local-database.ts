import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedPostgres, type Log, type Secret } from '@app/platform';
import { Client } from 'pg';

import { EMBEDDED_ROLE } from './launch-environment.js';

const DATABASE = 'gateway';
const WATCH_MS = 500;
const OTHERS_LIMIT_MS = 2_000;
const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';

/** The embedded PostgreSQL of a launcher: started or adopted, started again when it dies, ended with its last user. */
export class LocalDatabase {
  #watching: Promise<void> = Promise.resolve();
  readonly #closed = new AbortController();

  private constructor(
    private postgres: EmbeddedPostgres,
    private readonly folder: string,
    private readonly log: Log,
  ) {}

  static async open(folder: string, log: Log): Promise<LocalDatabase> {
    const postgres = await EmbeddedPostgres.start({ folder });
    log.info(postgres.adopted ? 'Adopted the running PostgreSQL' : 'Started PostgreSQL', { port: postgres.port });
    await createDatabase(postgres);
    const database = new LocalDatabase(postgres, folder, log);
    database.#watching = database.watch();
    return database;
  }

  get adminUrl(): Secret {
    return this.postgres.adminUrl(DATABASE);
  }

  applicationUrl(password: Secret): Secret {
    return this.postgres.url(EMBEDDED_ROLE, password, DATABASE);
  }

  /** Ends the server, unless another launcher works with the same folder: the last one ends it. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#watching;
    if (!(await this.postgres.isRunning())) return;
    if (await this.hasOtherUsers()) this.log.info('Left PostgreSQL running: another process uses it');
    else await this.postgres.stop();
  }

  private async watch(): Promise<void> {
    const { signal } = this.#closed;
    for (;;) {
      await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if (await this.postgres.isRunning()) continue;
      this.log.error('PostgreSQL ended by itself and is started again', { port: this.postgres.port });
      try {
        // The same port: the other processes know the address.
        this.postgres = await EmbeddedPostgres.start({ folder: this.folder, port: this.postgres.port });
      } catch (error) {
        this.log.error('PostgreSQL cannot be started again', {}, error);
      }
    }
  }

  /** Our own processes have ended before; what is still connected after a moment belongs to somebody else. */
  private async hasOtherUsers(): Promise<boolean> {
    const client = new Client({ connectionString: this.postgres.adminUrl().reveal() });
    await client.connect();
    try {
      const deadline = performance.now() + OTHERS_LIMIT_MS;
      for (;;) {
        const { rowCount } = await client.query(
          `select from pg_stat_activity where application_name like 'ai-gateway %' and pid <> pg_backend_pid()`,
        );
        if (rowCount === 0) return false;
        if (performance.now() > deadline) return true;
        await sleep(100);
      }
    } finally {
      await client.end();
    }
  }
}

const createDatabase = async (postgres: EmbeddedPostgres): Promise<void> => {
  const client = new Client({ connectionString: postgres.adminUrl().reveal() });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (error) {
    // Another launcher of the same folder was faster.
    const { code } = error as { code?: string };
    if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw error;
  } finally {
    await client.end();
  }
};
