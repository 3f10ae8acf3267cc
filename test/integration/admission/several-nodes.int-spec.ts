import { uuidOf } from '@app/kernel';
import { Client } from 'pg';

import { admissionMigrations, booksOf, callOf, openProject, outcomeOf } from '../../support/admission.js';
import { AdmissionProcess } from '../../support/admission-process.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let owner: Client;
let nodes: AdmissionProcess[];

beforeAll(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  await owner.connect();
  nodes = [];
  for (let i = 0; i < 4; i += 1) nodes.push(await AdmissionProcess.start(database.url));
}, 60_000);

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await owner.end();
  await database.drop();
});

const first = (): AdmissionProcess => {
  const [node] = nodes;
  if (node === undefined) throw new Error('no node');
  return node;
};

describe('four nodes and one project', () => {
  it('never pass an enforced cap, not even while 256 calls ask at once and others settle below their hold', async () => {
    const cap = 100n * 500n;
    const project = await openProject(owner, { cap });
    // Fails the transaction of whoever passes the cap, at the instant it happens.
    await owner.query(`alter table counters add constraint test_cap check (cap is null or settled + held <= cap)`);
    await owner.query(`alter table counters add constraint test_signs check (held >= 0 and settled >= 0)`);
    let admittedCount = 0;
    let refusedCount = 0;
    const waves = nodes.map(async (process, i) => {
      for (let wave = 0; wave < 12; wave += 1) {
        const calls = Array.from({ length: 64 }, () => callOf(project));
        const answers = await process.admit(calls);
        const admitted = calls.filter((_, place) => answers[place] === 'admitted');
        expect(answers.every((answer) => answer === 'admitted' || answer === 'cap')).toBe(true);
        admittedCount += admitted.length;
        refusedCount += calls.length - admitted.length;
        const outcomes = admitted.map((call, place) => outcomeOf(call, { cost: BigInt((place * 37 + i) % 501) }));
        expect(new Set(await process.settle(outcomes))).toEqual(new Set(outcomes.length === 0 ? [] : ['settled']));
      }
    });
    await Promise.all(waves);

    const books = await booksOf(owner, project);
    expect(books).toMatchObject({ held: 0n, openHeld: 0n, open: 0, records: admittedCount });
    expect(books.settled).toBe(books.recorded);
    expect(books.settled).toBeLessThanOrEqual(cap);
    // The cap was worth fighting for, and it is used to the last call that fits.
    expect(refusedCount).toBeGreaterThan(0);
    for (let fits = true; fits;) {
      const call = callOf(project);
      fits = (await first().admit([call]))[0] === 'admitted';
      if (fits) await first().settle([outcomeOf(call, { cost: 500n })]);
    }
    const { settled } = await booksOf(owner, project);
    expect(cap - settled).toBeGreaterThanOrEqual(0n);
    expect(cap - settled).toBeLessThan(500n);
    await owner.query('alter table counters drop constraint test_cap, drop constraint test_signs');
  }, 60_000);

  it('share one limit of the minute', async () => {
    const project = await openProject(owner, { perMinute: 100 });
    const answers = await Promise.all(
      nodes.map((node) => node.admit(Array.from({ length: 64 }, () => callOf(project)))),
    );
    expect(answers.flat().filter((answer) => answer === 'admitted')).toHaveLength(100);
    expect(answers.flat().filter((answer) => answer === 'rate')).toHaveLength(156);
    const { rows } = await owner.query('select sum(count)::int as count from refusals where project_id = $1', [
      uuidOf(project.projectId),
    ]);
    expect(rows).toEqual([{ count: 156 }]);
  });

  it('admit no call with a key that was revoked before the call began', async () => {
    const app = new Client({ connectionString: database.url });
    await app.connect();
    let startedAfter = 0;
    for (let trial = 0; trial < 60; trial += 1) {
      const project = await openProject(owner);
      const before = nodes.map((node) => node.admit(Array.from({ length: 8 }, () => callOf(project))));
      // As the projection of the event does it, in a transaction of the application.
      await app.query('begin');
      await app.query(`select set_config('app.organization_id', $1, true)`, [uuidOf(project.organizationId)]);
      await app.query('update admission_keys set revoked_at = now() where organization_id = $1 and id = $2', [
        uuidOf(project.organizationId),
        uuidOf(project.apiKeyId),
      ]);
      await app.query('commit');
      const after = await Promise.all(
        nodes.map((node) => node.admit(Array.from({ length: 8 }, () => callOf(project)))),
      );
      startedAfter += after.flat().length;
      expect(after.flat().filter((answer) => answer !== 'key')).toEqual([]);
      await Promise.all(before);
    }
    expect(startedAfter).toBe(60 * 32);
    await app.end();
  }, 60_000);
});
