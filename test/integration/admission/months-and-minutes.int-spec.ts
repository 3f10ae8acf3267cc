import { AdmissionMaintenanceModule, type CallToAdmit, RequestDays, Sweeper } from '@app/gateway';
import { uuidOf } from '@app/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';

import {
  admissionMigrations,
  callOf,
  openProject,
  outcomeOf,
  replaceClock,
  setTestClock,
  startNode,
  startProcess,
  type TestNode,
  type TestProject,
} from '../../support/admission.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let owner: Client;
let node: TestNode;
let worker: INestApplicationContext;

beforeAll(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  await owner.connect();
  await replaceClock(owner, '2030-01-31T23:59:30Z');
  node = await startNode(database.url);
  worker = await startProcess(database.url, AdmissionMaintenanceModule);
});

afterAll(async () => {
  await Promise.all([node.close(), worker.close()]);
  await owner.end();
  await database.drop();
});

const at = async (time: string): Promise<void> => {
  await setTestClock(owner, time);
  await worker.get(RequestDays).ensure();
};

const monthOf = async ({ projectId }: TestProject) => {
  const { rows } = await owner.query(
    `select month::text, settled::int, held::int, previous_settled::int, previous_held::int from counters
      where scope_id = $1 and environment = 'production'`,
    [uuidOf(projectId)],
  );
  return rows[0];
};

const admit = async (project: TestProject): Promise<CallToAdmit> => {
  const call = callOf(project);
  expect((await node.admission.admit(call)).status).toBe('admitted');
  return call;
};
const settle = (call: CallToAdmit) => node.admission.settle(outcomeOf(call));

/** A sequence anybody can repeat; the numbers need no quality. */
const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

describe('the month of a call is that of its admission', () => {
  it('keeps late settlements in the old month, before and after the first admission of the new one', async () => {
    await at('2030-01-31T23:59:30Z');
    const project = await openProject(owner);
    const [first, second, third] = [await admit(project), await admit(project), await admit(project)];
    await settle(first);
    expect(await monthOf(project)).toEqual({
      month: '2030-01-01',
      settled: 300,
      held: 1_000,
      previous_settled: 0,
      previous_held: 0,
    });

    await at('2030-02-01T00:00:05Z');
    await settle(second);
    expect(await monthOf(project)).toEqual({
      month: '2030-01-01',
      settled: 600,
      held: 500,
      previous_settled: 0,
      previous_held: 0,
    });

    const february = await admit(project);
    expect(await monthOf(project)).toEqual({
      month: '2030-02-01',
      settled: 0,
      held: 500,
      previous_settled: 600,
      previous_held: 500,
    });

    await settle(third);
    await settle(february);
    expect(await monthOf(project)).toEqual({
      month: '2030-02-01',
      settled: 300,
      held: 0,
      previous_settled: 900,
      previous_held: 0,
    });
  });

  it('gives a cap anew with the month, whatever is still open from the one before', async () => {
    await at('2030-03-31T23:59:59Z');
    const project = await openProject(owner, { cap: 500n });
    await admit(project);
    expect(await node.admission.admit(callOf(project))).toMatchObject({ reason: 'cap', spend: 500n });
    await at('2030-04-01T00:00:00Z');
    await admit(project);
    expect(await node.admission.admit(callOf(project))).toMatchObject({ reason: 'cap', spend: 500n });
  });

  it('never takes a call that outlives two months from money that is not its own', async () => {
    await at('2030-05-15T12:00:00Z');
    const project = await openProject(owner);
    const old = await admit(project);
    await at('2030-06-15T12:00:00Z');
    await settle(await admit(project));
    await at('2030-08-15T12:00:00Z');
    await settle(await admit(project));
    expect(await monthOf(project)).toEqual({
      month: '2030-08-01',
      settled: 300,
      held: 0,
      previous_settled: 0,
      previous_held: 500,
    });
    await settle(old);
    expect(await monthOf(project)).toEqual({
      month: '2030-08-01',
      settled: 300,
      held: 0,
      previous_settled: 0,
      previous_held: 0,
    });
    const { rows } = await owner.query(`select sum(cost)::int as cost from requests where project_id = $1`, [
      uuidOf(project.projectId),
    ]);
    expect(rows).toEqual([{ cost: 900 }]);
  });

  it('corrects an expired call in the month it was admitted in', async () => {
    await at('2030-09-30T23:59:00Z');
    const project = await openProject(owner);
    const call = await admit(project);
    await owner.query('update open_calls set node_id = gen_random_uuid() where id = $1', [uuidOf(call.requestId)]);
    await worker.get(Sweeper).pass();
    await at('2030-10-01T00:01:00Z');
    await settle(await admit(project));
    await settle(call);
    expect(await monthOf(project)).toEqual({
      month: '2030-10-01',
      settled: 300,
      held: 0,
      previous_settled: 300,
      previous_held: 0,
    });
  });
});

describe('requests per minute', () => {
  const START = Date.parse('2031-01-01T00:00:00Z');

  it.each([
    ['in bursts', 7, 1],
    ['at a steady trickle', 30, 2],
    ['after pauses', 40, 3],
  ])('never lets more than the limit into any 60 seconds, with calls that come %s', async (arrival, limit, seed) => {
    const project = await openProject(owner, { perMinute: limit });
    const next = random(seed);
    const pause = (): number => {
      if (arrival === 'in bursts') return next() < 0.9 ? 0 : next() * 25_000;
      if (arrival === 'at a steady trickle') return (60_000 / limit) * (0.3 + next() * 0.5);
      return next() < 0.95 ? next() * 1_500 : 55_000 + next() * 10_000;
    };
    let now = START + seed * 86_400_000;
    await at(new Date(now).toISOString());
    const admitted: number[] = [];
    for (let i = 0; i < 400; i += 1) {
      now += pause();
      await setTestClock(owner, new Date(now).toISOString());
      const verdict = await node.admission.admit(callOf(project));
      if (verdict.status === 'admitted') admitted.push(Math.floor(now));
      if (verdict.status === 'refused' && verdict.reason === 'rate') {
        // What it says of the next free place is true: not before, and then indeed.
        expect(verdict.rate.resetAt).toBeGreaterThan(now);
        expect(verdict.rate.resetAt).toBeLessThanOrEqual(now + 61_000);
      }
    }
    const fullest = Math.max(
      ...admitted.map((start) => admitted.filter((time) => time >= start && time <= start + 60_000).length),
    );
    expect(fullest).toBeLessThanOrEqual(limit);
    expect(fullest).toBe(limit);
  });

  it('admits again at the moment a refusal has named', async () => {
    const project = await openProject(owner, { perMinute: 2 });
    await at('2032-01-01T10:00:00.900Z');
    await admit(project);
    await at('2032-01-01T10:00:40.100Z');
    await admit(project);
    const refused = await node.admission.admit(callOf(project));
    if (refused.status !== 'refused' || refused.reason !== 'rate') throw new Error('expected a rate refusal');
    expect(new Date(refused.rate.resetAt).toISOString()).toBe('2032-01-01T10:01:01.000Z');
    await at(new Date(refused.rate.resetAt - 1).toISOString());
    expect((await node.admission.admit(callOf(project))).status).toBe('refused');
    await at(new Date(refused.rate.resetAt).toISOString());
    const verdict = await node.admission.admit(callOf(project));
    expect(verdict).toMatchObject({ status: 'admitted', rate: { remaining: 0 } });
    expect(verdict.status === 'admitted' && new Date(verdict.rate.resetAt).toISOString()).toBe(
      '2032-01-01T10:01:41.000Z',
    );
  });

  it('does not lose counted calls when the clock is set back', async () => {
    const project = await openProject(owner, { perMinute: 2 });
    await at('2032-02-01T10:00:30Z');
    await admit(project);
    await at('2032-02-01T10:00:00Z');
    await admit(project);
    expect((await node.admission.admit(callOf(project))).status).toBe('refused');
  });
});
