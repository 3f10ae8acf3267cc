import { type CallToAdmit } from '@app/gateway';
import { uuidOf } from '@app/kernel';
import { Client } from 'pg';

import {
  admissionMigrations,
  booksOf,
  callOf,
  openProject,
  outcomeOf,
  startNode,
  type TestNode,
  type TestProject,
} from '../../support/admission.js';
import { DatabaseGate } from '../../support/database-gate.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitUntil } from '../../support/wait-until.js';

let database: TestDatabase;
let owner: Client;
let gate: DatabaseGate;
let node: TestNode;

beforeAll(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  await owner.connect();
  gate = await DatabaseGate.to(database.url);
  node = await startNode(gate.url);
});

afterEach(() => gate.open());

afterAll(async () => {
  await node.close();
  await gate.close();
  await owner.end();
  await database.drop();
});

const admitOne = (project: TestProject) =>
  node.admission.admit(callOf(project)).then(
    ({ status }) => status,
    (error: { code: string }) => error.code,
  );

/** The answers to 40 calls, and how long the slowest took. */
const admitMany = async (project: TestProject) => {
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: 40 }, () => admitOne(project)));
  return { answers: new Set(answers), ms: performance.now() - startedAt };
};

const admitsAgain = (project: TestProject) => waitUntil(async () => (await admitOne(project)) === 'admitted');

/** Sessions that wait for a lock in a function. */
const waiting = async (name: string): Promise<number> => {
  const { rows } = await owner.query(
    `select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%' || $1 || '%'`,
    [name],
  );
  return rows.length;
};

describe('while the database is away', () => {
  it.each(['cut', 'freeze'] as const)(
    'refuses within five seconds and goes on without a restart when the connection is %s',
    async (how) => {
      const project = await openProject(owner);
      await admitsAgain(project);
      gate[how]();
      for (let round = 0; round < 2; round += 1) {
        const { answers, ms } = await admitMany(project);
        expect(answers).toEqual(new Set(['SERVICE_UNAVAILABLE']));
        expect(ms).toBeLessThan(5_000);
      }
      gate.open();
      await admitsAgain(project);
    },
  );

  it('keeps outcomes and books them when the database is back', async () => {
    const project = await openProject(owner);
    await admitsAgain(project);
    const calls = Array.from({ length: 20 }, () => callOf(project));
    await Promise.all(calls.map((call) => node.admission.admit(call)));
    gate.cut();
    const settled = Promise.all(calls.map((call) => node.admission.settle(outcomeOf(call))));
    await admitMany(project);
    gate.open();
    await settled;
    const { rows } = await owner.query(`select count(*)::int as count from requests where id = any($1)`, [
      calls.map(({ requestId }) => uuidOf(requestId)),
    ]);
    expect(rows).toEqual([{ count: 20 }]);
  });

  it('sends outcomes again whose booking was cut off, and books them once', async () => {
    const project = await openProject(owner);
    await admitsAgain(project);
    const calls = Array.from({ length: 5 }, () => callOf(project));
    await Promise.all(calls.map((call) => node.admission.admit(call)));
    await owner.query('begin');
    await owner.query('select 1 from counters where scope_id = $1 for update', [uuidOf(project.projectId)]);
    const settled = Promise.all(calls.map((call) => node.admission.settle(outcomeOf(call))));
    await waitUntil(async () => (await waiting('settle_calls')) === 1);
    gate.cut();
    gate.open();
    await owner.query('rollback');
    await settled;
    expect(await booksOf(owner, project)).toMatchObject({ settled: 1_500n, recorded: 1_500n, records: 5 });
  });

  it('tells nobody "admitted" of a call that is not on record, and keeps nothing held that nobody was told of', async () => {
    const project = await openProject(owner);
    await admitsAgain(project);
    const told: CallToAdmit[] = [];
    for (let round = 0; round < 15; round += 1) {
      const calls = Array.from({ length: 30 }, () => callOf(project));
      const answers = calls.map((call) =>
        node.admission.admit(call).then(
          ({ status }) => status === 'admitted' && told.push(call),
          () => undefined,
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, round % 4));
      gate.cut();
      await new Promise((resolve) => setTimeout(resolve, 5));
      gate.open();
      await Promise.all(answers);
    }
    await admitsAgain(project);

    const { rows: open } = await owner.query<{ id: string }>('select id from open_calls where project_id = $1', [
      uuidOf(project.projectId),
    ]);
    const openIds = new Set(open.map(({ id }) => id));
    expect(told.filter(({ requestId }) => !openIds.has(uuidOf(requestId)))).toEqual([]);

    await Promise.all(told.map((call) => node.admission.settle(outcomeOf(call))));
    // What is still open are the few single calls of the waits above; each of them was told "admitted".
    const { rows: cutOff } = await owner.query(
      `select status, http_status, cost from requests where project_id = $1 and error_code = 'SERVICE_UNAVAILABLE'
        group by 1, 2, 3`,
      [uuidOf(project.projectId)],
    );
    for (const row of cutOff) expect(row).toEqual({ status: 'failed', http_status: 503, cost: '0' });
    const books = await booksOf(owner, project);
    expect(books.held).toBe(books.openHeld);
    expect(books.settled).toBe(books.recorded);
    expect(books.settled).toBe(BigInt(told.length) * 300n);
  });

  it('closes a call whose admission was committed while the answer was lost', async () => {
    const project = await openProject(owner);
    await admitsAgain(project);
    const call = callOf(project);
    // The row lock keeps the group in the function until the way back is cut.
    await owner.query('begin');
    await owner.query('select 1 from counters where scope_id = $1 for update', [uuidOf(project.projectId)]);
    const answer = node.admission.admit(call).catch((error: { code: string }) => error.code);
    await waitUntil(async () => (await waiting('admit_calls')) === 1);
    gate.freeze();
    await owner.query('commit');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { rows } = await owner.query('select from open_calls where id = $1', [uuidOf(call.requestId)]);
    expect(rows).toHaveLength(1);

    expect(await answer).toBe('SERVICE_UNAVAILABLE');
    gate.open();
    await waitUntil(async () => {
      const found = await owner.query(`select status, cost from requests where id = $1`, [uuidOf(call.requestId)]);
      return found.rows[0]?.status === 'failed' && found.rows[0]?.cost === '0';
    });
    const books = await booksOf(owner, project);
    expect(books.held).toBe(books.openHeld);
  });

  it('ends a session it has lost before it uses another, so that nothing is admitted behind its back', async () => {
    const [stuck, free] = [await openProject(owner), await openProject(owner)];
    await admitsAgain(free);
    await owner.query('begin');
    await owner.query('select 1 from counters where scope_id = $1 for update', [uuidOf(stuck.projectId)]);
    const answer = admitOne(stuck);
    await waitUntil(async () => (await waiting('admit_calls')) === 1);
    gate.cut();
    gate.open();
    expect(await answer).toBe('SERVICE_UNAVAILABLE');
    await admitsAgain(free);
    expect(await waiting('admit_calls')).toBe(0);
    await owner.query('rollback');
    expect(await booksOf(owner, stuck)).toMatchObject({ held: 0n, open: 0 });
  });

  it('refuses calls of one group when a lock is held for long, and serves others before and after', async () => {
    const [stuck, free] = [await openProject(owner), await openProject(owner)];
    await admitsAgain(free);
    await owner.query('begin');
    await owner.query('select 1 from counters where scope_id = $1 for update', [uuidOf(stuck.projectId)]);
    expect(await admitOne(stuck)).toBe('SERVICE_UNAVAILABLE');
    await owner.query('rollback');
    expect(await admitOne(free)).toBe('admitted');
    expect(await admitOne(stuck)).toBe('admitted');
  });
});
