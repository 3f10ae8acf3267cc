import { setTimeout as sleep } from 'node:timers/promises';

import type { CallToAdmit } from '@app/gateway';
import { uuidOf } from '@app/kernel';
import { Client } from 'pg';

import {
  admissionMigrations,
  booksOf,
  callOf,
  openProject,
  outcomeOf,
  type TestProject,
} from '../../support/admission.js';
import { AdmissionProcess } from '../../support/admission-process.js';
import { DatabaseGate } from '../../support/database-gate.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitUntil } from '../../support/wait-until.js';

/** 15 s without heartbeat, and 30 s for the sweep; all of it on a busy machine. */
const DEAD_AND_SWEPT_MS = 60_000;

let database: TestDatabase;
let owner: Client;
let processes: AdmissionProcess[];
let gates: DatabaseGate[];

beforeEach(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  await owner.connect();
  processes = [];
  gates = [];
}, 60_000);

afterEach(async () => {
  await Promise.all(processes.map((process) => process.kill()));
  await Promise.all(gates.map((gate) => gate.close()));
  await owner.end();
  await database.drop();
});

const start = async (role: 'node' | 'worker', url = database.url): Promise<AdmissionProcess> => {
  const process = await AdmissionProcess.start(url, role);
  processes.push(process);
  return process;
};

const openGate = async (): Promise<DatabaseGate> => {
  const gate = await DatabaseGate.to(database.url);
  gates.push(gate);
  return gate;
};

const admitFive = async (node: AdmissionProcess, project: TestProject): Promise<readonly CallToAdmit[]> => {
  const calls = Array.from({ length: 5 }, () => callOf(project));
  expect(new Set(await node.admit(calls))).toEqual(new Set(['admitted']));
  return calls;
};

const nodesOf = async ({ projectId }: TestProject) => {
  const { rows } = await owner.query<{ node_id: string }>(
    'select distinct node_id from open_calls where project_id = $1',
    [uuidOf(projectId)],
  );
  return rows.map(({ node_id: node }) => node);
};

const statuses = async ({ projectId }: TestProject) => {
  const { rows } = await owner.query<{ kind: string; status: string; count: number }>(
    `select kind, status, count(*)::int as count from requests where project_id = $1 group by 1, 2 order by 1, 2`,
    [uuidOf(projectId)],
  );
  return rows;
};

it('expires the calls of killed and of paused nodes, and leaves those of living ones', async () => {
  const [killed, paused, living] = [await start('node'), await start('node'), await start('node')];
  await start('worker');
  await start('worker');
  const [ofKilled, ofPaused, ofLiving] = [await openProject(owner), await openProject(owner), await openProject(owner)];
  await admitFive(killed, ofKilled);
  const pausedCalls = await admitFive(paused, ofPaused);
  await admitFive(living, ofLiving);
  const [pausedNode] = await nodesOf(ofPaused);

  await killed.kill();
  paused.signal('SIGSTOP');
  await waitUntil(
    async () => (await booksOf(owner, ofKilled)).open + (await booksOf(owner, ofPaused)).open === 0,
    DEAD_AND_SWEPT_MS,
  );

  expect(await statuses(ofKilled)).toEqual([{ kind: 'call', status: 'expired', count: 5 }]);
  expect(await booksOf(owner, ofKilled)).toMatchObject({ held: 0n, settled: 2_500n, recorded: 2_500n, records: 5 });
  expect(await booksOf(owner, ofLiving)).toMatchObject({ held: 2_500n, open: 5, records: 0 });

  // It wakes up, goes on as another node, and what it knows of its old calls is booked as corrections.
  paused.signal('SIGCONT');
  await admitFive(paused, ofPaused);
  const [wokenNode] = await nodesOf(ofPaused);
  expect(wokenNode).not.toBe(pausedNode);
  await paused.settle(pausedCalls.map((call) => outcomeOf(call)));
  expect(await statuses(ofPaused)).toEqual([
    { kind: 'call', status: 'expired', count: 5 },
    { kind: 'correction', status: 'completed', count: 5 },
  ]);
  expect(await booksOf(owner, ofPaused)).toMatchObject({ held: 2_500n, settled: 1_500n, recorded: 1_500n, open: 5 });
}, 120_000);

it('takes no living node for dead after the database was away from everybody, even if the node is back last', async () => {
  const [ofNode, ofWorker] = [await openGate(), await openGate()];
  const node = await start('node', ofNode.url);
  await start('worker', ofWorker.url);
  const project = await openProject(owner);
  const calls = await admitFive(node, project);
  // The worker has seen the last heartbeat before the outage, so that the time of the outage would count if it could.
  const heartbeat = async () =>
    (await owner.query<{ heartbeat: string }>('select heartbeat from gateway_nodes')).rows[0]?.heartbeat;
  const before = await heartbeat();
  await waitUntil(async () => (await heartbeat()) !== before);
  await sleep(4_000);

  ofNode.cut();
  ofWorker.cut();
  await sleep(14_000);
  ofWorker.open();
  await sleep(7_000);
  ofNode.open();
  await waitUntil(async () => (await node.admit([callOf(project)]))[0] === 'admitted');
  await sleep(4_000);

  expect(await statuses(project)).toEqual([]);
  await node.settle(calls.map((call) => outcomeOf(call)));
  expect(await statuses(project)).toEqual([{ kind: 'call', status: 'completed', count: 5 }]);
}, 120_000);

it('leaves nothing open when a node stops in order', async () => {
  const node = await start('node');
  const project = await openProject(owner);
  const calls = await admitFive(node, project);
  const settled = node.settle(calls.map((call) => outcomeOf(call)));
  await Promise.all([node.close(), settled]);
  expect(await booksOf(owner, project)).toMatchObject({ held: 0n, open: 0, records: 5 });
  const { rows } = await owner.query('select from gateway_nodes');
  expect(rows).toEqual([]);
});
