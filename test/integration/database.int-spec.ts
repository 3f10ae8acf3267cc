import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dataSourceOptions, EmbeddedPostgres } from '@app/platform';
import { DataSource } from 'typeorm';

import { withClient } from '../support/database.js';

/** What is promised is four seconds; a busy machine may need more, a lost database would need minutes. */
const GENEROUS_MS = 15_000;

jest.setTimeout(60_000);

let folder: string;
let server: EmbeddedPostgres;
let dataSource: DataSource;
const lost: Error[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-gateway-database-'));
  await chmod(folder, 0o755);
  server = await EmbeddedPostgres.start({ folder, durable: false });
  dataSource = new DataSource(
    dataSourceOptions({
      url: server.adminUrl(),
      applicationName: 'ai-gateway test',
      entities: [],
      poolSize: 2,
      onConnectionLost: (error) => lost.push(error),
    }),
  );
  await dataSource.initialize();
});

afterEach(async () => {
  await dataSource.destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const within = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('still waiting')), GENEROUS_MS).unref();
    }),
  ]);

const nothing = (): void => undefined;

const one = () => dataSource.query<{ one: number }[]>('select 1 as one');

/** A server that is there and does not answer, as behind a cut network. */
const pause = async (): Promise<() => void> => {
  const pids = [server.pid];
  await withClient(server.adminUrl().reveal(), async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'ai-gateway test'`,
    );
    pids.push(...rows.map(({ pid }) => pid));
  });
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
};

const eventually = async (work: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    try {
      await work();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

describe('the connection pool', () => {
  it('rejects every query while the server is paused, on old and on new connections, and recovers', async () => {
    await Promise.all([one(), one()]);
    const resume = await pause();
    try {
      const outcomes = await within(Promise.allSettled([one(), one(), one(), one()]));
      expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
      await expect(within(one())).rejects.not.toThrow('still waiting');
    } finally {
      resume();
    }
    await within(eventually(one));
    expect(await one()).toEqual([{ one: 1 }]);
  });

  it('rejects a transaction whose server is paused half way, and gives its connection to nobody', async () => {
    let resume = nothing;
    try {
      const transaction = dataSource.transaction(async (tx) => {
        await tx.query('create table half ()');
        resume = await pause();
        await tx.query('select 2');
      });
      await expect(within(transaction)).rejects.not.toThrow('still waiting');
    } finally {
      resume();
    }
    await within(eventually(one));
    expect(await dataSource.query(`select to_regclass('half') as half`)).toEqual([{ half: null }]);
  });

  it('survives the death of the server with idle and busy connections, and recovers with it', async () => {
    await one();
    const busy = dataSource.query('select pg_sleep(2)');
    const outcome = within(Promise.allSettled([busy]));
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(server.pid, 'SIGKILL');
    expect(await outcome).toMatchObject([{ status: 'rejected' }]);
    await expect(within(one())).rejects.not.toThrow('still waiting');
    server = await EmbeddedPostgres.start({ folder, durable: false, port: server.port });
    await within(eventually(one));
    expect(lost.every((error) => error instanceof Error)).toBe(true);
  });

  it('rejects what waits too long for a free connection', async () => {
    const holders = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    for (const holder of holders) await holder.connect();
    await expect(within(one())).rejects.toThrow('timeout exceeded when trying to connect');
    for (const holder of holders) await holder.release();
    expect(await one()).toEqual([{ one: 1 }]);
  });
});
