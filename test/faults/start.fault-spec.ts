import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { createEmptyDatabase, withClient } from '../support/database.js';
import { emptyFolder, type LauncherOptions, LauncherProcess, processesOf } from '../support/launcher-process.js';

const run = promisify(execFile);

jest.setTimeout(120_000);

const launchers: LauncherProcess[] = [];

const start = async (options: LauncherOptions = {}) => {
  const launcher = await LauncherProcess.start(options);
  launchers.push(launcher);
  return launcher;
};

const randomKey = () => randomBytes(32).toString('base64');

const curlOf = ({ output }: LauncherProcess): string => /^curl .*$/m.exec(output)?.[0] ?? '';

/** A call whose provider is silent for a minute. */
const openCall = async (launcher: LauncherProcess) => {
  const [, key = ''] = /Bearer (\S+)'/.exec(curlOf(launcher)) ?? [];
  const answer = fetch(`${launcher.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-sandbox': 'delay=60000' },
    body: JSON.stringify({ model: 'sandbox/echo', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  }).then(
    async (response) => `${response.status} ${await response.text()}`,
    (error: Error) => error.message,
  );
  const isOpen = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1_500, 'open'))]);
  expect(isOpen).toBe('open');
  return { answer };
};

const postmaster = async (dataDir: string): Promise<number> =>
  Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);

const answersReady = async (launcher: LauncherProcess): Promise<void> => {
  for (;;) {
    const status = await fetch(`${launcher.url}/readyz`).then(
      ({ status: code }) => code,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const gone = async (dataDir: string): Promise<void> => {
  while ((await processesOf(dataDir)).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
};

afterEach(async () => {
  for (const launcher of launchers.splice(0)) {
    launcher.process.kill('SIGTERM');
    launcher.process.kill('SIGTERM');
    await launcher.exit();
    await rm(dirname(launcher.dataDir), { recursive: true, force: true });
  }
});

describe('npm start', () => {
  it('shows the first screen once, and the call it prints works as pasted', async () => {
    const first = await (await start()).ready();
    expect(first.output).toContain(`http://localhost:${first.port}/docs`);
    expect(first.output.match(/^curl /gm)).toHaveLength(1);
    const { stdout } = await run('sh', ['-c', curlOf(first)]);
    expect(JSON.parse(stdout)).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });

    const [, login = ''] = /\/v1\/auth\/sign-in {2}(\{.*\})/.exec(first.output) ?? [];
    const headers = { 'content-type': 'application/json' };
    const signIn = await fetch(`${first.url}/v1/auth/sign-in`, { method: 'POST', headers, body: login });
    expect(signIn.status).toBe(200);
    expect(await first.stop('SIGINT')).toBe(0);

    const second = await (await start({ dataDir: first.dataDir, port: first.port })).ready();
    expect(second.output).not.toContain('curl ');
    const { stdout: again } = await run('sh', ['-c', curlOf(first)]);
    expect(JSON.parse(again)).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
  });

  it('works with a PostgreSQL of the operator, which it migrates, and leaves it running', async () => {
    const database = await createEmptyDatabase();
    const role = `gw_test_${process.env.TEST_RUN_ID}_start`;
    const url = new URL(database.adminUrl);
    url.username = role;
    url.password = 'application';
    const secrets = { ENCRYPTION_KEYS: `k:${randomKey()}`, KEY_PEPPERS: `p:${randomKey()}` };
    const environment = {
      DATABASE_URL: url.href,
      DATABASE_ADMIN_URL: database.adminUrl,
      HOST: '127.0.0.1',
      ...secrets,
    };
    const launcher = await (await start({ environment })).ready();
    expect(launcher.output).not.toContain('curl ');
    expect((await fetch(`${launcher.url}/readyz`)).status).toBe(200);
    expect(await launcher.stop()).toBe(0);

    const again = await (await start({ environment: { ...environment, DATABASE_ADMIN_URL: undefined } })).ready();
    expect(await again.stop()).toBe(0);
    await database.drop();
    await withClient(database.serverUrl, (client) => client.query(`drop role ${role}`));
  });

  it('makes no demonstration data when it is turned off', async () => {
    const launcher = await (await start({ environment: { DEMO: 'off' } })).ready();
    expect(launcher.output).not.toContain('curl ');
    const answer = await fetch(`${launcher.url}/v1/auth/sign-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'owner@example.com', password: 'correct horse battery', name: 'Owner' }),
    });
    expect(answer.status).toBe(201);
  });

  it('completes a demonstration that a killed start left half way', async () => {
    const first = await start();
    await first.wrote(/"route":"\/v1\/auth\/sign-up"/);
    await first.stop('SIGKILL');
    const second = await (await start({ dataDir: first.dataDir, port: first.port })).ready();
    const { stdout } = await run('sh', ['-c', curlOf(second) || curlOf(first)]);
    expect(JSON.parse(stdout)).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
  });

  it.each(['Ctrl-C', 'SIGTERM'] as const)('ends everything with exit code 0 on %s, also below npm', async (signal) => {
    const launcher = await (await start({ throughNpm: true })).ready();
    expect(await processesOf(launcher.dataDir)).not.toEqual([]);
    if (signal === 'Ctrl-C') launcher.pressCtrlC();
    else launcher.process.kill(signal);
    expect(await launcher.exit()).toBe(0);
    expect(await processesOf(launcher.dataDir)).toEqual([]);
  });

  it('ends everything with exit code 0 while a call is open, and lets the call end with an error', async () => {
    const launcher = await (await start({ environment: { DRAIN_SECONDS: '2' } })).ready();
    const { answer } = await openCall(launcher);
    launcher.pressCtrlC();
    expect(await launcher.exit()).toBe(0);
    expect(await answer).toContain('SERVICE_UNAVAILABLE');
    expect(await processesOf(launcher.dataDir)).toEqual([]);
  });

  it('does not wait for open calls after a second Ctrl-C', async () => {
    const launcher = await (await start({ environment: { DRAIN_SECONDS: '3600' } })).ready();
    await openCall(launcher);
    launcher.pressCtrlC();
    await launcher.wrote(/Stopping/);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    launcher.pressCtrlC();
    expect(await launcher.exit()).toBe(0);
    expect(await processesOf(launcher.dataDir)).toEqual([]);
  });

  it('ends with exit code 0 when it is stopped in the middle of its start', async () => {
    const launcher = await start();
    await launcher.wrote(/Started PostgreSQL/);
    expect(await launcher.stop()).toBe(0);
    expect(await processesOf(launcher.dataDir)).toEqual([]);
  });

  it('leaves PostgreSQL running when it is killed, its processes end by themselves, and the next start adopts it', async () => {
    const first = await (await start()).ready();
    const server = await postmaster(first.dataDir);
    await first.stop('SIGKILL');
    while ((await processesOf(first.dataDir)).some((command) => command.includes('src/main'))) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await postmaster(first.dataDir)).toBe(server);
    const second = await (await start({ dataDir: first.dataDir, port: first.port })).ready();
    expect(await postmaster(first.dataDir)).toBe(server);
    expect(await second.stop()).toBe(0);
    expect(await processesOf(first.dataDir)).toEqual([]);
  });

  it('starts the api, the worker and PostgreSQL again when one of them is killed', async () => {
    const launcher = await (await start()).ready();
    const pidOf = (name: string) => Number(new RegExp(`"name":"${name}","pid":(\\d+)`).exec(launcher.output)?.[1]);
    process.kill(pidOf('api'), 'SIGKILL');
    await launcher.wrote(/"component":"api"/);
    await answersReady(launcher);
    process.kill(pidOf('worker'), 'SIGKILL');
    await launcher.wrote(/"component":"worker"/);
    process.kill(await postmaster(launcher.dataDir), 'SIGKILL');
    await launcher.wrote(/PostgreSQL ended by itself/);
    await answersReady(launcher);
    expect(await launcher.stop()).toBe(0);
    expect(await processesOf(launcher.dataDir)).toEqual([]);
  });

  it('serves two launchers of one folder with one PostgreSQL, which ends with the last of them', async () => {
    const dataDir = await emptyFolder();
    const [first, second] = await Promise.all([start({ dataDir }), start({ dataDir })]);
    await Promise.all([first.ready(), second.ready()]);
    expect(await first.stop()).toBe(0);
    await answersReady(second);
    expect(await second.stop()).toBe(0);
    await gone(dataDir);
  });

  it('says that its port is taken, and exits with 1 before it starts anything', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const launcher = await start({ port });
    expect(await launcher.exit()).toBe(1);
    taken.close();
    expect(launcher.output).toBe(`PORT: port ${port} of 127.0.0.1 is in use; stop what uses it or set another PORT.\n`);
  });

  it.each([
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be /],
    [{ NODE_ENV: 'production' }, /^DATABASE_URL is missing.*\nENCRYPTION_KEYS is missing.*\nKEY_PEPPERS is missing/],
    [{ DATABASE_ADMIN_URL: 'postgres://owner:planted@localhost/x' }, /^DATABASE_ADMIN_URL is set without DATABASE_URL/],
  ])('exits with 1 and names the variable when the configuration is wrong: %j', async (environment, message) => {
    const launcher = await start({ environment });
    expect(await launcher.exit()).toBe(1);
    expect(launcher.output).toMatch(message);
    expect(launcher.output).not.toContain('planted');
  });
});
