import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { built } from '../support/built.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

interface Api {
  readonly process: ChildProcess;
  readonly port: number;
  readonly metricsPort: number;
  readonly exit: Promise<unknown>;
  readonly output: () => string;
}

const listening = async (api: Api): Promise<Api> => {
  const first = await Promise.race([once(api.process, 'message'), api.exit]);
  if (!Array.isArray(first)) throw new Error(`ended with ${String(first)}: ${api.output()}`);
  expect(first[0]).toEqual({ type: 'listening', port: api.port });
  return api;
};
const get = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`);

describe('the api process', () => {
  let database: TestDatabase;
  const started: ChildProcess[] = [];

  const start = async (changes: NodeJS.ProcessEnv = {}): Promise<Api> => {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const settings: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      EMBEDDED: 'on',
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      DATABASE_URL: database.url,
      ENCRYPTION_KEYS: key('k1'),
      KEY_PEPPERS: key('p1'),
      DRAIN_SECONDS: '600',
      ...changes,
    };
    const child = spawn(process.execPath, [built('apps/api/src/main.ts')], {
      env: settings,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    started.push(child);
    let output = '';
    for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (piece) => (output += String(piece)));
    const exit = once(child, 'exit').then(([code]) => code as unknown);
    return { process: child, port, metricsPort, exit, output: () => output };
  };
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => database.drop());

  it('serves figures on their own port and nowhere else, and ends with 0 at SIGTERM', async () => {
    const api = await listening(await start());
    expect((await get(api.port, '/readyz')).status).toBe(200);
    expect((await get(api.port, '/internal/metrics')).status).toBe(404);
    expect((await get(api.metricsPort, '/livez')).status).toBe(404);
    const figures = await (await get(api.metricsPort, '/internal/metrics')).text();
    expect(figures).toContain('http_request_duration_seconds_count{method="GET",route="/readyz",status="200"} 1');
    expect(figures).toContain('route="none",status="404"');
    expect(figures).toMatch(/nodejs_eventloop_lag_p99_seconds|process_resident_memory_bytes/);
    api.process.kill('SIGTERM');
    expect(await api.exit).toBe(0);
  });

  it('leaves Ctrl-C to the launcher it is connected to, and ends with 0 when the launcher is gone', async () => {
    const api = await listening(await start());
    api.process.kill('SIGINT');
    expect((await get(api.port, '/livez')).status).toBe(200);
    api.process.disconnect();
    expect(await api.exit).toBe(0);
  });

  it('waits for a database that is not there yet, and can be stopped meanwhile', async () => {
    const api = await start({ DATABASE_URL: `postgresql://nobody:planted-secret@127.0.0.1:${await freePort()}/none` });
    await new Promise<void>((resolve) => {
      api.process.stdout?.on('data', () => {
        if (api.output().includes('not ready yet')) resolve();
      });
    });
    api.process.kill('SIGTERM');
    expect(await api.exit).toBe(0);
    expect(api.output()).not.toContain('planted-secret');
  });

  it('names what is wrong in its configuration and does not start', async () => {
    const api = await start({ KEY_PEPPERS: 'planted-secret', PORT: '0' });
    expect(await api.exit).toBe(1);
    expect(api.output()).toMatch(/KEY_PEPPERS[^]*PORT|PORT[^]*KEY_PEPPERS/);
    expect(api.output()).not.toContain('planted-secret');
  });

  it('does not start on a port that is taken', async () => {
    const api = await listening(await start());
    const second = await start({ PORT: String(api.port) });
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
  });
});
