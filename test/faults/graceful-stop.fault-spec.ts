import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { built } from '../support/built.js';

interface StreamServer {
  readonly process: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** Exit code; rejects nothing, a test waits with its own time limit. */
  readonly exit: Promise<number | null>;
}

/** Two processes of a test must not share a signal, so each test has its own server. */
const start = async (drainMs: number): Promise<StreamServer> => {
  built('libs/platform/src/index.ts');
  const script = resolve(__dirname, '../support/stream-server.mjs');
  const child = spawn(process.execPath, [script, String(drainMs)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening (\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return { process: child, url: `http://127.0.0.1:${port}`, port: Number(port), exit };
  }
  throw new Error('the server ended before it listened');
};

const stream = async (server: StreamServer, query = ''): Promise<{ text: Promise<string> }> => {
  const answer = await fetch(`${server.url}/v1/chat/completions${query}`);
  return { text: answer.text() };
};

describe('a graceful stop', () => {
  let server: StreamServer;
  afterEach(() => server.process.kill('SIGKILL'));

  it('lets streams end that end in time, gives the rest an error as last event, and exits with 0', async () => {
    server = await start(1_500);
    const short = await Promise.all(Array.from({ length: 20 }, () => stream(server, '?events=10')));
    const endless = await Promise.all(Array.from({ length: 20 }, () => stream(server)));
    server.process.kill('SIGTERM');
    for (const { text } of short) expect(await text).toMatch(/data: 10\n\ndata: \[DONE\]\n\n$/);
    for (const { text } of endless) {
      const events = (await text).trim().split('\n\n');
      expect(JSON.parse(events.at(-1)?.slice('data: '.length) ?? '')).toMatchObject({
        error: { code: 'SERVICE_UNAVAILABLE', message: 'Stopping' },
      });
      expect(events).not.toContain('data: [DONE]');
    }
    expect(await server.exit).toBe(0);
  });

  it('is announced before connections are refused, and serves the connections it still has', async () => {
    server = await start(20_000);
    const open = await stream(server, '?events=20');
    server.process.kill('SIGTERM');
    await sleep(100);
    const noticed = await fetch(`${server.url}/livez`);
    expect(await noticed.json()).toEqual({ draining: true });
    expect(noticed.headers.get('connection')).toBe('close');
    await sleep(500);
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow('fetch failed');
    expect(await open.text).toContain('[DONE]');
    expect(await server.exit).toBe(0);
  });

  it('is not held up by idle and half-open connections', async () => {
    server = await start(600_000);
    const idle = connect(server.port, '127.0.0.1');
    const dripping = connect(server.port, '127.0.0.1');
    dripping.write('GET /livez HTTP/1.1\r\nHo');
    const kept = connect(server.port, '127.0.0.1');
    kept.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(kept, 'data');
    server.process.kill('SIGTERM');
    await Promise.all([idle, dripping, kept].map((socket) => once(socket, 'close')));
    expect(await server.exit).toBe(0);
  });

  it('hurries at the second signal, and still ends streams properly', async () => {
    server = await start(600_000);
    const endless = await stream(server);
    server.process.kill('SIGTERM');
    await sleep(500);
    server.process.kill('SIGTERM');
    expect(await endless.text).toContain('SERVICE_UNAVAILABLE');
    expect(await server.exit).toBe(0);
  });
});
