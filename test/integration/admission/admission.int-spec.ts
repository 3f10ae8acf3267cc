import { uuidOf } from '@app/kernel';
import { newId } from '@app/platform';
import { Client } from 'pg';

import {
  admissionMigrations,
  booksOf,
  callOf,
  openProject,
  outcomeOf,
  startNode,
  type TestNode,
} from '../../support/admission.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { waitUntil } from '../../support/wait-until.js';

let database: TestDatabase;
let owner: Client;
let node: TestNode;

beforeAll(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  await owner.connect();
  node = await startNode(database.url);
});

afterAll(async () => {
  await node.close();
  await owner.end();
  await database.drop();
});

const refusalsOf = async (projectId: string) => {
  const { rows } = await owner.query<{ reason: string; count: string }>(
    `select reason, sum(count) as count from refusals where project_id = $1 group by reason order by reason`,
    [projectId],
  );
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, Number(count)]));
};

describe('admission', () => {
  it('admits a call, holds its bound and keeps it as an open call until it is settled', async () => {
    const project = await openProject(owner, { perMinute: 60, cap: 10_000n });
    const call = callOf(project);

    const verdict = await node.admission.admit(call);

    expect(verdict).toEqual({
      status: 'admitted',
      admittedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      rate: { limit: 60, remaining: 59, resetAt: expect.any(Number) },
    });
    expect(await booksOf(owner, project)).toMatchObject({ held: 500n, openHeld: 500n, settled: 0n, open: 1 });

    await node.admission.settle(outcomeOf(call, { cost: 321n }));

    expect(await booksOf(owner, project)).toEqual({
      held: 0n,
      openHeld: 0n,
      settled: 321n,
      recorded: 321n,
      open: 0,
      records: 1,
    });
  });

  it('records everything that is known of a finished call', async () => {
    const project = await openProject(owner);
    const call = callOf(project, { environment: 'test', streamed: true, credentialSource: 'none' });
    await node.admission.admit(call);
    await node.admission.settle(outcomeOf(call, { status: 'failed', httpStatus: 502, errorCode: 'PROVIDER_ERROR' }));

    const { rows } = await owner.query(`select * from requests where id = $1`, [uuidOf(call.requestId)]);
    expect(rows).toEqual([
      expect.objectContaining({
        kind: 'call',
        request_id: null,
        status: 'failed',
        environment: 'test',
        api_key_id: uuidOf(project.testKeyId),
        provider: 'openai',
        model: 'gpt-4o-mini',
        credential_source: 'none',
        streamed: true,
        http_status: 502,
        error_code: 'PROVIDER_ERROR',
        input_tokens: 100,
        cache_read_tokens: 20,
        cache_write_tokens: 5,
        output_tokens: 50,
        reasoning_tokens: 10,
        usage_source: 'provider',
        max_cost: '500',
        cost: '300',
        charge: '0',
        overrun: false,
        price_version: '2026-11-01',
        config_version: '1',
        latency_ms: 12,
        ttft_ms: 7,
        epoch: 1,
      }),
    ]);
    expect(rows[0].salt).toHaveLength(16);
  });

  it('books a cost above its bound in full and marks it', async () => {
    const project = await openProject(owner, { cap: 1_000n });
    const call = callOf(project, { maxCost: 1_000n });
    await node.admission.admit(call);
    await node.admission.settle(outcomeOf(call, { cost: 1_500n }));

    const { rows } = await owner.query(`select cost, overrun from requests where id = $1`, [uuidOf(call.requestId)]);
    expect(rows).toEqual([{ cost: '1500', overrun: true }]);
    expect((await booksOf(owner, project)).settled).toBe(1_500n);
  });

  it('refuses beyond the limit of the minute, says when the next call fits, and counts what it refused', async () => {
    const project = await openProject(owner, { perMinute: 2 });
    const verdicts = await Promise.all(Array.from({ length: 5 }, () => node.admission.admit(callOf(project))));

    expect(verdicts.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'refused', 'refused', 'refused']);
    const refused = verdicts[4];
    if (refused?.status !== 'refused' || refused.reason !== 'rate') throw new Error('expected a rate refusal');
    expect(refused.rate).toMatchObject({ limit: 2, remaining: 0 });
    const wait = refused.rate.resetAt - Date.now();
    expect(wait).toBeGreaterThan(30_000);
    expect(wait).toBeLessThanOrEqual(61_000);
    expect(await refusalsOf(uuidOf(project.projectId))).toEqual({ rate: 3 });
  });

  it('refuses what would pass an enforced cap, with spend and cap', async () => {
    const project = await openProject(owner, { cap: 1_200n });
    const verdicts = await Promise.all(Array.from({ length: 3 }, () => node.admission.admit(callOf(project))));
    expect(verdicts.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'refused']);
    expect(verdicts[2]).toEqual({ status: 'refused', reason: 'cap', spend: 1_000n, cap: 1_200n });
    expect(await refusalsOf(uuidOf(project.projectId))).toEqual({ cap: 1 });
  });

  it('refuses a call without a known bound under an enforced cap only', async () => {
    const capped = await openProject(owner, { cap: 1_000_000n });
    const free = await openProject(owner);
    const [underCap, withoutCap, inTest] = await Promise.all([
      node.admission.admit(callOf(capped, { maxCost: null })),
      node.admission.admit(callOf(free, { maxCost: null })),
      node.admission.admit(callOf(capped, { maxCost: null, environment: 'test' })),
    ]);
    expect(underCap).toEqual({ status: 'refused', reason: 'unpriced' });
    expect(withoutCap?.status).toBe('admitted');
    expect(inTest?.status).toBe('admitted');
    expect(await refusalsOf(uuidOf(capped.projectId))).toEqual({ unpriced: 1 });
  });

  it('gives test keys a limit of their own and no cap', async () => {
    const project = await openProject(owner, { perMinute: 3, testPerMinute: 2, cap: 100n });
    const test = () => node.admission.admit(callOf(project, { environment: 'test' }));
    const verdicts = await Promise.all([test(), test(), test()]);
    expect(verdicts.map(({ status }) => status)).toEqual(['admitted', 'admitted', 'refused']);
    const production = await node.admission.admit(callOf(project, { maxCost: 100n }));
    expect(production).toMatchObject({ status: 'admitted', rate: { limit: 3, remaining: 2 } });
  });

  it('calls an admission stale that was judged under another configuration, and counts nothing', async () => {
    const project = await openProject(owner, { perMinute: 1 });
    const [old, future] = await Promise.all([
      node.admission.admit(callOf(project, { configVersion: 0 })),
      node.admission.admit(callOf(project, { configVersion: 2 })),
    ]);
    expect(old).toEqual({ status: 'stale' });
    expect(future).toEqual({ status: 'stale' });
    expect(await node.admission.admit(callOf(project))).toMatchObject({ status: 'admitted', rate: { remaining: 0 } });
    expect(await refusalsOf(uuidOf(project.projectId))).toEqual({});
  });

  it('judges calls of different versions that arrive together each by its own', async () => {
    const project = await openProject(owner);
    const versions = [1, 0, 1, 2, 1];
    const verdicts = await Promise.all(
      versions.map((configVersion) => node.admission.admit(callOf(project, { configVersion }))),
    );
    expect(verdicts.map(({ status }) => status)).toEqual(['admitted', 'stale', 'admitted', 'stale', 'admitted']);
    expect((await booksOf(owner, project)).open).toBe(3);
  });

  it.each([
    ['a revoked key', `update admission_keys set revoked_at = now() where id = $1`],
    [
      'a key that was revoked in the future of the clock',
      `update admission_keys set revoked_at = 'infinity' where id = $1`,
    ],
    ['an expired key', `update admission_keys set expires_at = now() where id = $1`],
    ['a key of another project', `update admission_keys set project_id = gen_random_uuid() where id = $1`],
    ['a key of the other environment', `update admission_keys set environment = 'test' where id = $1`],
    ['a key nobody knows', `delete from admission_keys where id = $1`],
    [
      'a key of a closed project',
      `update counters set closed_at = now() where scope_id = (select project_id from admission_keys where id = $1)`,
    ],
  ])('refuses %s like any bad key', async (_, change) => {
    const project = await openProject(owner);
    await owner.query(change, [uuidOf(project.apiKeyId)]);
    expect(await node.admission.admit(callOf(project))).toEqual({ status: 'refused', reason: 'key' });
    expect(await booksOf(owner, project)).toMatchObject({ held: 0n, open: 0 });
    expect(await refusalsOf(uuidOf(project.projectId))).toEqual({ key: 1 });
  });

  it('refuses an unknown project and writes nothing in its name', async () => {
    const project = await openProject(owner);
    const elsewhere = { ...project, projectId: newId('prj') };
    expect(await node.admission.admit(callOf(elsewhere))).toEqual({ status: 'refused', reason: 'key' });
    expect(await refusalsOf(uuidOf(elsewhere.projectId))).toEqual({});
  });

  it('lets a key in until the instant it expires', async () => {
    const project = await openProject(owner);
    await owner.query(`update admission_keys set expires_at = now() + interval '1 hour' where id = $1`, [
      uuidOf(project.apiKeyId),
    ]);
    expect((await node.admission.admit(callOf(project))).status).toBe('admitted');
  });

  it('puts one row into the feed for all refusals of a key, minute and reason', async () => {
    const project = await openProject(owner, { perMinute: 1, cap: 100n });
    const calls = [50n, 50n, 50n, null].map((maxCost) => callOf(project, { maxCost }));
    for (let round = 0; round < 3; round += 1)
      await Promise.all(calls.map((call) => node.admission.admit({ ...call, requestId: newId('req') })));
    const { rows } = await owner.query(
      `select kind, status, reason, request_id, api_key_id, count(*)::int as rows,
              (select count(distinct minute)::int from refusals r where r.project_id = q.project_id and r.reason = q.reason)
                as minutes
         from requests q where project_id = $1 group by kind, status, reason, request_id, api_key_id, project_id`,
      [uuidOf(project.projectId)],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ kind: 'refusal', status: 'refused', reason: 'rate', request_id: null });
    expect(rows[0].rows).toBe(rows[0].minutes);
    expect((await refusalsOf(uuidOf(project.projectId))).rate).toBe(11);
  });
});

describe('values that no check foresaw', () => {
  it('fails the one call whose text the database cannot hold, and admits the calls beside it', async () => {
    const project = await openProject(owner);
    const good = Array.from({ length: 6 }, () => callOf(project));
    const bad = callOf(project, { model: 'gpt\u0000-4' });
    const answers = await Promise.allSettled(
      [...good.slice(0, 3), bad, ...good.slice(3)].map((call) => node.admission.admit(call)),
    );
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 3 }, () => 'fulfilled'),
      'rejected',
      ...Array.from({ length: 3 }, () => 'fulfilled'),
    ]);
    expect(answers[3]).toMatchObject({ reason: { code: 'VALIDATION_FAILED' } });
    expect((await booksOf(owner, project)).open).toBe(6);
  });

  it('fails the second of two calls with one id, and only that one', async () => {
    const project = await openProject(owner);
    const twice = callOf(project);
    const answers = await Promise.allSettled(
      [twice, callOf(project), twice, callOf(project)].map((call) => node.admission.admit(call)),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await booksOf(owner, project)).toMatchObject({ open: 3, held: 1_500n });
  });

  it('books an outcome that cannot be stored at what the call held, so that nothing stays open', async () => {
    const project = await openProject(owner);
    const calls = Array.from({ length: 4 }, () => callOf(project));
    await Promise.all(calls.map((call) => node.admission.admit(call)));
    const outcomes = calls.map((call, i) => outcomeOf(call, i === 2 ? { latencyMs: 1e12 } : {}));
    const answers = await Promise.allSettled(outcomes.map((outcome) => node.admission.settle(outcome)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    await waitUntil(async () => (await booksOf(owner, project)).open === 0);
    expect(await booksOf(owner, project)).toMatchObject({ held: 0n, settled: 1_400n, recorded: 1_400n, records: 4 });
  });

  it('rejects the outcome of an id that is none, and books the ones beside it', async () => {
    const project = await openProject(owner);
    const calls = [callOf(project), callOf(project)];
    await Promise.all(calls.map((call) => node.admission.admit(call)));
    const outcomes = calls.map((call) => outcomeOf(call));
    const bad = outcomeOf(callOf(project, { requestId: 'req_none' }));
    const answers = await Promise.allSettled([bad, ...outcomes].map((outcome) => node.admission.settle(outcome)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await booksOf(owner, project)).toMatchObject({ open: 0, records: 2, settled: 600n });
  });
});
