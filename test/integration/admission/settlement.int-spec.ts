import { AdmissionMaintenanceModule, type CallToAdmit, Sweeper } from '@app/gateway';
import { uuidOf } from '@app/kernel';
import { Database } from '@app/platform';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';

import {
  admissionMigrations,
  booksOf,
  callOf,
  openProject,
  outcomeOf,
  startNode,
  startProcess,
  type TestNode,
  type TestProject,
} from '../../support/admission.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitUntil } from '../../support/wait-until.js';

let database: TestDatabase;
let owner: Client;
let nodes: TestNode[];
let worker: INestApplicationContext;

beforeAll(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  await owner.connect();
  nodes = await Promise.all([1, 2, 3, 4].map(() => startNode(database.url)));
  worker = await startProcess(database.url, AdmissionMaintenanceModule);
});

afterAll(async () => {
  await Promise.all([...nodes.map((node) => node.close()), worker.close()]);
  await owner.end();
  await database.drop();
});

const node = (i = 0): TestNode => {
  const found = nodes[i];
  if (found === undefined) throw new Error('no such node');
  return found;
};

const admitted = async (project: TestProject, count: number): Promise<readonly CallToAdmit[]> => {
  const calls = Array.from({ length: count }, () => callOf(project));
  const verdicts = await Promise.all(calls.map((call) => node().admission.admit(call)));
  expect(verdicts.every(({ status }) => status === 'admitted')).toBe(true);
  return calls;
};

/** Makes calls look like those of a node that is no more. */
const orphan = (calls: readonly CallToAdmit[]) =>
  owner.query('update open_calls set node_id = gen_random_uuid() where id = any($1)', [
    calls.map(({ requestId }) => uuidOf(requestId)),
  ]);

const rowsOf = async ({ projectId }: TestProject) => {
  const { rows } = await owner.query<{
    id: string;
    request_id: string | null;
    kind: string;
    status: string;
    cost: string | null;
    input_tokens: number | null;
    overrun: boolean;
  }>(
    `select id, request_id, kind, status, cost, input_tokens, overrun from requests where project_id = $1 order by position`,
    [uuidOf(projectId)],
  );
  return rows;
};

describe('settlement', () => {
  it('books each call once, however often it is reported and while a sweeper expires the same calls', async () => {
    const project = await openProject(owner);
    const calls = await admitted(project, 600);
    await orphan(calls.filter((_, i) => i % 3 === 0));
    const outcomes = calls.map((call) => outcomeOf(call));

    const reports = Array.from({ length: 8 }, (_, report) =>
      Promise.all(outcomes.map((outcome) => node(report % 4).admission.settle(outcome))),
    );
    const sweeps = Array.from({ length: 4 }, () => worker.get(Sweeper).pass());
    await Promise.all([...reports, ...sweeps]);

    const rows = await rowsOf(project);
    expect(rows.filter(({ kind }) => kind === 'call')).toHaveLength(600);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const expired = rows.filter(({ status }) => status === 'expired').map(({ id }) => id);
    const corrections = rows.filter(({ kind }) => kind === 'correction').map(({ request_id }) => request_id);
    expect(corrections).toHaveLength(expired.length);
    expect(new Set(corrections)).toEqual(new Set(expired));
    expect(await booksOf(owner, project)).toEqual({
      held: 0n,
      openHeld: 0n,
      settled: 600n * 300n,
      recorded: 600n * 300n,
      open: 0,
      records: 600,
    });
  });

  it('books the calls of a dead node at what they held, and the difference when their outcome arrives after all', async () => {
    const project = await openProject(owner);
    const calls = await admitted(project, 3);
    await orphan(calls);

    expect(await worker.get(Sweeper).pass()).toBe(3);

    expect(await booksOf(owner, project)).toMatchObject({ held: 0n, settled: 1_500n, recorded: 1_500n, open: 0 });
    const [late, over] = calls.map((call) => outcomeOf(call));
    if (late === undefined || over === undefined) throw new Error('two calls expected');
    for (const again of [1, 2]) {
      await node(again).admission.settle(late);
      await node(again).admission.settle({ ...over, cost: 800n });
    }

    expect(await rowsOf(project)).toEqual([
      ...calls.map(() => expect.objectContaining({ kind: 'call', status: 'expired', cost: '500', input_tokens: null })),
      expect.objectContaining({
        kind: 'correction',
        status: 'completed',
        request_id: uuidOf(late.requestId),
        cost: '-200',
        input_tokens: 100,
        overrun: false,
      }),
      expect.objectContaining({ kind: 'correction', request_id: uuidOf(over.requestId), cost: '300', overrun: true }),
    ]);
    expect(await booksOf(owner, project)).toMatchObject({ held: 0n, settled: 1_600n, recorded: 1_600n });
  });

  it('books nothing for a call that was never admitted, or under another project', async () => {
    const [mine, other] = [await openProject(owner), await openProject(owner)];
    const [call] = await admitted(mine, 1);
    if (call === undefined) throw new Error('a call expected');
    await node().admission.settle(outcomeOf(callOf(mine)));
    await node().admission.settle({ ...outcomeOf(call), organizationId: other.organizationId });
    await node().admission.settle({ ...outcomeOf(call), projectId: other.projectId });
    await node().admission.settle({ ...outcomeOf(call), environment: 'test' });
    expect(await booksOf(owner, mine)).toMatchObject({ held: 500n, settled: 0n, open: 1, records: 0 });
    expect(await booksOf(owner, other)).toMatchObject({ held: 0n, settled: 0n, records: 0 });
  });

  it('knows neither cost nor hold of a call without a price, and still records it', async () => {
    const project = await openProject(owner);
    const call = callOf(project, { maxCost: null });
    await node().admission.admit(call);
    await node().admission.settle(outcomeOf(call, { cost: null }));
    expect(await rowsOf(project)).toEqual([
      expect.objectContaining({ status: 'completed', cost: null, overrun: false }),
    ]);
    expect(await booksOf(owner, project)).toMatchObject({ held: 0n, settled: 0n, open: 0 });
  });

  it('records an expired call of which no bound was known at no cost, and its real cost later', async () => {
    const project = await openProject(owner);
    const call = callOf(project, { maxCost: null });
    await node().admission.admit(call);
    await orphan([call]);
    await worker.get(Sweeper).pass();
    await node().admission.settle(outcomeOf(call, { cost: 70n }));
    expect((await rowsOf(project)).map(({ kind, cost }) => [kind, cost])).toEqual([
      ['call', null],
      ['correction', '70'],
    ]);
    expect(await booksOf(owner, project)).toMatchObject({ held: 0n, settled: 70n, recorded: 70n });
  });

  it('makes the partition of a day nobody made in time', async () => {
    const project = await openProject(owner);
    const [call] = await admitted(project, 1);
    if (call === undefined) throw new Error('a call expected');
    await owner.query(
      `do $$ begin execute format('drop table request_days.day_%s', to_char(now() at time zone 'UTC', 'YYYYMMDD')); end $$`,
    );
    await node().admission.settle(outcomeOf(call));
    expect(await booksOf(owner, project)).toMatchObject({ open: 0, records: 1, settled: 300n });
  });
});

describe('the feed of finished calls', () => {
  it('shows rows in the order of their commits and never behind a transaction that is still open', async () => {
    const reader = worker.get(Database);
    const read = (after: readonly [number, string, string]) =>
      reader.lookup<{ id: string; epoch: number; xid: string; position: string; kind: string }>(
        `select id, epoch, xid::text, position::text, kind from read_request_feed($1, $2::xid8, $3, '2000-01-01', 1000)`,
        [...after],
      );
    const everything = await read([0, '0', '0']);
    const last = everything.at(-1);
    const cursor = last === undefined ? ([0, '0', '0'] as const) : ([last.epoch, last.xid, last.position] as const);

    const writer = new Client({ connectionString: database.adminUrl });
    await writer.connect();
    await writer.query('begin');
    await writer.query('create temporary table holds_an_xid on commit drop as select 1');
    const project = await openProject(owner);
    const [call] = await admitted(project, 1);
    if (call === undefined) throw new Error('a call expected');
    await node().admission.settle(outcomeOf(call));
    const behind = await read(cursor);
    await writer.query('commit');
    await writer.end();
    expect(behind.map(({ id }) => id)).not.toContain(uuidOf(call.requestId));
    // The horizon is the whole server's: transactions of other tests hold rows back for a moment too.
    let after: Awaited<ReturnType<typeof read>> = [];
    await waitUntil(async () => {
      after = await read(cursor);
      return after.some(({ id }) => id === uuidOf(call.requestId));
    });
    const places = after.map(({ epoch, xid, position }) => [epoch, BigInt(xid), BigInt(position)] as const);
    expect(places.toSorted(([e, x, p], [f, y, q]) => e - f || Number(x - y) || Number(p - q))).toEqual(places);
    expect(after.filter(({ id }) => id === uuidOf(call.requestId))).toHaveLength(1);
  });
});
