// `npm run bench -- call`: a chat call through the product beside a bare proxy and the provider itself, in one run.
// Prints medians over interleaved rounds and ratios; asserts nothing but that every call was recorded.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Pool } from 'undici';

import { childrenOf, commandOf, cpuOf, cpuOfFamily, memoryOf } from './process-cost.mjs';

const CONNECTIONS = 16;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 4);
const PASSWORD = 'a bench of oak, 2 metres';

const body = JSON.stringify({
  model: 'bench/bench',
  messages: [
    { role: 'system', content: 'You answer with one word.' },
    { role: 'user', content: 'ping '.repeat(20) },
  ],
  max_completion_tokens: 100,
});

const started = (script, ...args) =>
  new Promise((resolve) => {
    const child = fork(new URL(script, import.meta.url).pathname, args.map(String));
    child.once('message', (port) => resolve({ child, port }));
  });

const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
};

const api = async (path, { method = 'POST', token, body: content } = {}) => {
  const answer = await fetch(`http://127.0.0.1:${productPort}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: content === undefined ? undefined : JSON.stringify(content),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
};

const startProduct = async (dataDir) => {
  const begun = performance.now();
  const child = spawn(process.execPath, ['apps/cli/start.mjs'], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(productPort),
      DEMO: 'off',
      LOG_LEVEL: 'warn',
      OUTBOUND_ALLOW: `127.0.0.1:${upstream.port}`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${productPort}/readyz`).catch(() => null);
    if (ready?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const readyMs = Math.round(performance.now() - begun);
  const apiPid = childrenOf(child.pid).find((pid) => commandOf(pid).includes('apps/api'));
  const postmaster = childrenOf(child.pid).find((pid) => commandOf(pid).includes('postgres'));
  return { child, readyMs, apiPid, postmaster };
};

const prepareProject = async () => {
  const { token } = await api('/v1/auth/sign-up', {
    body: { email: 'bench@example.com', password: PASSWORD, name: 'Bench' },
  });
  const organization = await api('/v1/organizations', { token, body: { name: 'Bench' } });
  const project = await api(`/v1/organizations/${organization.id}/projects`, { token, body: { name: 'Bench' } });
  await api(`/v1/projects/${project.id}/providers/bench`, {
    method: 'PUT',
    token,
    body: {
      apiKey: 'bench-credential',
      format: 'openai',
      baseUrl: `http://127.0.0.1:${upstream.port}/v1`,
      models: [{ id: 'bench', inputUsdPerMillion: '1', outputUsdPerMillion: '2' }],
    },
  });
  await api(`/v1/projects/${project.id}/settings`, {
    method: 'PATCH',
    token,
    body: { requestsPerMinute: 1_000_000, spendCap: { monthlyUsd: '1000000', enforce: true } },
  });
  const key = await api(`/v1/projects/${project.id}/api-keys`, {
    token,
    body: { name: 'bench', type: 'secret', environment: 'production' },
  });
  return { key: key.key, token, projectId: project.id };
};

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
const median = (values) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

/** A closed loop of 16 connections against one contender. */
const load = async ({ port, headers, pids }) => {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 });
  const latencies = [];
  let refused = 0;
  const before = pids.map((cost) => cost());
  const begun = performance.now();
  const end = begun + SECONDS * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) refused += 1;
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const seconds = (performance.now() - begun) / 1000;
  const cpu = pids.map((cost, i) => (cost() - before[i]) / latencies.length);
  await pool.close();
  latencies.sort((a, b) => a - b);
  return {
    calls: latencies.length,
    refused,
    rate: latencies.length / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpu,
  };
};

const countRequests = async ({ token, projectId }) => {
  let count = 0;
  let cursor = null;
  do {
    const page = await api(
      `/v1/projects/${projectId}/requests?limit=200${cursor === null ? '' : `&cursor=${cursor}`}`,
      { method: 'GET', token },
    );
    count += page.data.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return count;
};

const upstream = await started('./upstream.mjs');
const bare = await started('./bare-proxy.mjs', `http://127.0.0.1:${upstream.port}`);
const productPort = await freePort();
// Another user's PostgreSQL must be able to enter it when this runs as root.
const dataDir = join(mkdtempSync(join(tmpdir(), 'bench-')), 'data');
chmodSync(dirname(dataDir), 0o755);
const product = await startProduct(dataDir);
const project = await prepareProject();
await new Promise((resolve) => setTimeout(resolve, 3_000));
const restMemory = memoryOf(product.apiPid);

const contenders = {
  provider: { port: upstream.port, headers: {}, pids: [] },
  'bare proxy': { port: bare.port, headers: {}, pids: [() => cpuOf(bare.child.pid)] },
  product: {
    port: productPort,
    headers: { authorization: `Bearer ${project.key}` },
    pids: [() => cpuOf(product.apiPid), () => cpuOfFamily(product.postmaster)],
  },
};

for (const contender of Object.values(contenders)) await load(contender);
const rounds = [];
for (let i = 0; i < ROUNDS; i += 1) {
  const round = {};
  for (const [name, contender] of Object.entries(contenders)) round[name] = await load(contender);
  rounds.push(round);
}

const of = (name, pick) => median(rounds.map((round) => pick(round[name])));
for (const name of Object.keys(contenders)) {
  const cpu = contenders[name].pids.map((_, i) => Math.round(of(name, (result) => result.cpu[i])));
  console.log(
    `${name.padEnd(10)}  ${Math.round(of(name, (r) => r.rate))} calls/s  p50 ${of(name, (r) => r.p50).toFixed(2)} ms  p99 ${of(name, (r) => r.p99).toFixed(2)} ms  CPU per call ${cpu.join(' + ')} µs`,
  );
}
const ratio = median(rounds.map((round) => round.product.cpu[0] / round['bare proxy'].cpu[0]));
console.log(
  `CPU of the api per call: ${ratio.toFixed(2)} × the bare proxy; PostgreSQL beside it ${Math.round(of('product', (r) => r.cpu[1]))} µs`,
);
console.log(
  `p50 added to the bare proxy at ${CONNECTIONS} connections: ${(of('product', (r) => r.p50) - of('bare proxy', (r) => r.p50)).toFixed(2)} ms`,
);
console.log(`start to ready on an empty directory: ${product.readyMs} ms; api at rest: ${Math.round(restMemory)} MiB`);
console.log(`refused: ${rounds.reduce((sum, round) => sum + round.product.refused, 0)}`);

await new Promise((resolve) => setTimeout(resolve, 1_000));
const sent = Number(await (await fetch(`http://127.0.0.1:${upstream.port}/calls`)).text());
console.log(`calls the provider saw: ${sent} (all contenders); requests on record: ${await countRequests(project)}`);

const stop = async ({ child }) => {
  child.kill('SIGINT');
  await once(child, 'exit');
};
await stop(product);
const again = await startProduct(dataDir);
console.log(`start to ready on a prepared directory: ${again.readyMs} ms`);
await stop(again);
upstream.child.kill();
bare.child.kill();
rmSync(dirname(dataDir), { recursive: true, force: true });
