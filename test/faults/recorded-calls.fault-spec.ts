import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { LauncherProcess } from '../support/launcher-process.js';
import { Management } from '../support/management.js';
import { type ProviderDouble, startProviderDouble } from '../support/provider-double/start-provider-double.js';

const CLIENTS = 16;
const CALLS = 200;
/** Long enough for a dead node to be noticed (15 s) and its calls to be expired, with room for a busy machine. */
const SETTLED_WITHIN_MS = 90_000;

interface Line {
  readonly call: string;
  readonly phase: 'sent' | 'answered' | 'broken';
  readonly status?: number;
}

interface ShownCall {
  readonly id: string;
  readonly status: string;
  readonly costUsd: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
}

const processIds = async (): Promise<string[]> => (await readdir('/proc')).filter((name) => /^\d+$/.test(name));

/** The api process of a data folder; none while it is being started again. */
const apiOf = async (dataDir: string): Promise<number[]> => {
  const found: number[] = [];
  for (const pid of await processIds()) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const [command, environment] = await Promise.all([read('cmdline'), read('environ')]);
    if (environment.includes(`DATA_DIR=${dataDir}\0`) && command.includes('apps/api/src/main.js'))
      found.push(Number(pid));
  }
  return found;
};

/** The server of a data folder and everything it started. */
const postgresOf = async (dataDir: string): Promise<number[]> => {
  const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = Number(file.split('\n')[0]);
  const family: number[] = [];
  for (const pid of await processIds()) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (Number(pid) === postmaster || parent === postmaster) family.push(Number(pid));
  }
  return postmaster > 0 ? family : [];
};

/** SIGKILL from a process of its own, while load and product run on. */
const kill = (pids: readonly number[]): void => {
  const { status } = spawnSync(process.execPath, [join(__dirname, '../support/kill.mjs'), ...pids.map(String)]);
  expect(status).toBe(0);
};

describe('calls are on record whatever is killed', () => {
  let double: ProviderDouble;
  let product: LauncherProcess;

  beforeEach(async () => {
    double = await startProviderDouble();
    product = await LauncherProcess.start({
      environment: { DEMO: 'off', LOG_LEVEL: 'error', OUTBOUND_ALLOW: new URL(double.baseUrl).host },
    });
    await product.ready();
  });

  afterEach(async () => {
    await product.stop();
    await double.stop();
  });

  /** Runs the load, kills `victims` twice in the middle of it, and compares what the provider saw with the records. */
  const runWithKills = async (name: string, victims: () => Promise<readonly number[]>): Promise<void> => {
    const management = new Management(product.url);
    const { projectId, key } = await management.prepareProject(double.baseUrl, double.apiKey);
    await double.behave({ delayHeaders: 150 });

    const load = spawn(process.execPath, [
      join(__dirname, '../support/call-load.mjs'),
      product.url,
      key,
      'double/gpt-4o-mini',
      String(CLIENTS),
    ]);
    const ended = once(load, 'exit');
    const sent = new Set<string>();
    const open = new Set<string>();
    const answered: Line[] = [];
    const inFlight: number[] = [];
    createInterface(load.stdout).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if (line.phase === 'sent') {
        sent.add(line.call);
        open.add(line.call);
        return;
      }
      open.delete(line.call);
      if (line.phase === 'answered') answered.push(line);
    });

    for (const after of [50, 120]) {
      // In the middle of the load, with calls in flight and the victim up (again).
      let pids = await victims();
      while (sent.size < after || open.size < CLIENTS / 2 || pids.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        pids = await victims();
      }
      inFlight.push(open.size);
      kill(pids);
    }
    while (sent.size < CALLS || (await victims()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    load.stdin.end();
    await ended;
    const unexpected = answered.filter(({ status = 0 }) => ![200, 502, 503].includes(status));
    expect(unexpected).toEqual([]);
    process.stdout.write(`${name}: calls in flight at each kill: ${inFlight.join(', ')}\n`);
    expect(Math.min(...inFlight)).toBeGreaterThan(0);

    const records = await settledRecords(management, projectId);
    const outcomes = new Map(records.map(({ metadata, status }) => [metadata?.call, status]));
    const seen = (await double.calls()).map(({ user }) => user ?? '').filter((user) => user !== '');
    process.stdout.write(`${name}: the provider saw ${seen.length} calls, ${records.length} are on record\n`);
    expect(seen.filter((call) => !outcomes.has(call))).toEqual([]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(outcomes.size).toBe(records.length);
    // What a client was told is what stands on record.
    const completed = answered.filter(({ status }) => status === 200).map(({ call }) => outcomes.get(call));
    expect(completed.length).toBeGreaterThan(0);
    expect(completed.filter((status) => status !== 'completed' && status !== 'expired')).toEqual([]);
  };

  /** All records once none is open any more, each with its own page. */
  const settledRecords = async (management: Management, projectId: string): Promise<ShownCall[]> => {
    const path = `/v1/projects/${projectId}/requests`;
    const deadline = performance.now() + SETTLED_WITHIN_MS;
    for (;;) {
      const rows = await management.all<ShownCall>(path);
      if (rows.every(({ status }) => status !== 'admitted')) {
        return Promise.all(rows.map(({ id }) => management.send<ShownCall>('GET', `${path}/${id}`)));
      }
      if (performance.now() > deadline)
        throw new Error(`still open: ${JSON.stringify(rows.filter((row) => row.status === 'admitted'))}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  it('every call the provider saw has a record with an outcome after kill -9 of the api', async () => {
    await runWithKills('kill -9 of the api', () => apiOf(product.dataDir));
  }, 180_000);

  it('every call the provider saw has a record with an outcome after kill -9 of PostgreSQL', async () => {
    await runWithKills('kill -9 of PostgreSQL', () => postgresOf(product.dataDir));
  }, 180_000);
});
