import { setTimeout as sleep } from 'node:timers/promises';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { Client } from 'pg';

import { StartError } from '../config/start-error.js';
import { Secret } from '../encryption/secret.js';
import { installedBinaries, usableBinaries } from './binaries.js';
import { type DataFolder, openDataFolder, SUPERUSER } from './data-folder.js';
import { clusterName, ownerOf, readPostmasterFile, removePostmasterFile } from './postmaster-file.js';
import { launch } from './launch.js';
import { serverUser } from './server-user.js';

export interface EmbeddedPostgresOptions {
  /** Holds the cluster (`postgres/`), the superuser's password and the server's log; made if absent. */
  readonly folder: string;
  /** A PostgreSQL installation (a folder with `bin/`); default: the one npm installed. */
  readonly binaries?: string;
  /** Default: any free port of the loopback interface. */
  readonly port?: number;
  /** `false`: nothing is flushed to the disk. For databases whose loss does not matter. */
  readonly durable?: boolean;
}

/** Crash recovery of a large database takes its time; a server that shows no sign of life after this is given up. */
const START_LIMIT_MS = 60_000;
const FAST_STOP_LIMIT_MS = 20_000;
const IMMEDIATE_STOP_LIMIT_MS = 10_000;
const ROOT_CACHE = '/var/cache/ai-gateway';

/**
 * A PostgreSQL server on the loopback interface. It is a process of its own that outlives the one that started it: the
 * next start adopts it. It ends with `stop()`.
 */
export class EmbeddedPostgres {
  private constructor(
    private readonly data: DataFolder,
    readonly pid: number,
    readonly port: number,
    /** True when the server was running before. */
    readonly adopted: boolean,
  ) {}

  /** Starts the server of `folder`, or adopts the one that runs. Throws `StartError` with the reason when it cannot. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    await mkdir(options.folder, { recursive: true });
    const folder = await realpath(options.folder);
    const durable = options.durable ?? true;
    const user = await serverUser();
    const cache = user === null ? join(folder, 'postgres-binaries') : ROOT_CACHE;
    const binaries = await usableBinaries(options.binaries ?? installedBinaries(), user, cache);
    const data = await openDataFolder(folder, binaries, user, { durable });

    const deadline = Date.now() + START_LIMIT_MS;
    let problem = 'no answer';
    while (Date.now() < deadline) {
      const running = await EmbeddedPostgres.findRunning(data);
      if (running instanceof EmbeddedPostgres) return running;
      if (running === 'none') {
        const isReady = (port: number) => answers(data, port);
        const launched = await launch({ folder, data, binaries, user, port: options.port, durable, isReady, deadline });
        if (launched.status === 'ready') return new EmbeddedPostgres(data, launched.pid, launched.port, false);
        if (launched.status === 'failed') throw new StartError(`PostgreSQL cannot start: ${launched.reason}`);
        problem = launched.reason;
      }
      await sleep(250);
    }
    throw new StartError(`PostgreSQL did not start within ${START_LIMIT_MS / 1000} seconds: ${problem}`);
  }

  private static async findRunning(data: DataFolder): Promise<EmbeddedPostgres | 'none' | 'not-ready'> {
    const file = await readPostmasterFile(data.path);
    if (file === null) return 'none';
    const owner = await ownerOf(file.pid, data.path);
    if (owner === 'foreign') {
      throw new StartError(
        `Another PostgreSQL (process ${file.pid}) uses ${data.path}: stop it, or remove ${join(data.path, 'postmaster.pid')} if it has nothing to do with this folder.`,
      );
    }
    if (owner === 'nobody') {
      await removePostmasterFile(data.path, file);
      return 'none';
    }
    if (file.port === null || !(await answers(data, file.port))) return 'not-ready';
    return new EmbeddedPostgres(data, file.pid, file.port, true);
  }

  /** Address of a database for the superuser. */
  adminUrl(database = 'postgres'): Secret {
    return this.url(SUPERUSER, this.data.password, database);
  }

  url(role: string, password: Secret, database: string): Secret {
    const login = `${encodeURIComponent(role)}:${encodeURIComponent(password.reveal())}`;
    return new Secret(`postgres://${login}@127.0.0.1:${this.port}/${encodeURIComponent(database)}`);
  }

  async isRunning(): Promise<boolean> {
    return (await ownerOf(this.pid, this.data.path)) === 'ours';
  }

  /** Ends the server: sessions are cut, everything committed is kept. Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (await this.endsAfter('SIGINT', FAST_STOP_LIMIT_MS)) return;
    if (await this.endsAfter('SIGQUIT', IMMEDIATE_STOP_LIMIT_MS)) return;
    throw new Error(`PostgreSQL (process ${this.pid}) does not end`);
  }

  private async endsAfter(signal: 'SIGINT' | 'SIGQUIT', limit: number): Promise<boolean> {
    if (!(await this.isRunning())) return true;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    const deadline = Date.now() + limit;
    while (Date.now() < deadline) {
      if (!(await this.isRunning())) return true;
      await sleep(25);
    }
    return false;
  }
}

/** True when the server of exactly this folder answers on the port; any other state is "not yet". */
const answers = async (data: DataFolder, port: number): Promise<boolean> => {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: data.password.reveal(),
    database: 'postgres',
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>(`select current_setting('cluster_name') as name`);
    return rows[0]?.name === clusterName(data.path);
  } catch {
    return false;
  } finally {
    await client.end();
  }
};
