import { RequestQueries } from '@app/gateway';
import { idOf, parseId, type RequestId, uuidOf } from '@app/kernel';
import { Database, Envelope, type Page } from '@app/platform';
import { Client } from 'pg';
import { v7 } from 'uuid';

import {
  admissionMigrations,
  callOf,
  openProject,
  outcomeOf,
  startNode,
  type TestNode,
  type TestProject,
} from '../../support/admission.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const DAY_MS = 86_400_000;
const DAYS = 45;

type Filter = Parameters<RequestQueries['page']>[2];
type Shown = Awaited<ReturnType<RequestQueries['page']>>['data'][number];

interface Stored {
  readonly id: RequestId;
  readonly createdAt: Date;
}

let database: TestDatabase;
let owner: Client;
let node: TestNode;
let project: TestProject;
let stored: Stored[];
const now = Date.now();

/** A finished call as a settlement leaves it. */
const store = async (
  { organizationId, projectId, apiKeyId }: TestProject,
  created: number,
  finished: number,
  columns: { status?: string; model?: string; environment?: string } = {},
): Promise<Stored> => {
  const uuid = v7({ msecs: created });
  const { status = 'completed', model = 'gpt-4o-mini', environment = 'production' } = columns;
  await owner.query(
    `insert into requests (organization_id, day, id, kind, epoch, project_id, environment, status, api_key_id, provider, model,
                           cost, max_cost, charge, created_at, finished_at)
     values ($1, ($2::timestamptz at time zone 'UTC')::date, $3, 'call', 1, $4, $5, $6, $7, 'openai', $8, 300, 500, 0, $9, $2)`,
    [
      uuidOf(organizationId),
      new Date(finished),
      uuid,
      uuidOf(projectId),
      environment,
      status,
      uuidOf(apiKeyId),
      model,
      new Date(created),
    ],
  );
  return { id: idOf('req', uuid), createdAt: new Date(created) };
};

/** A project that is as old as its first calls. */
const oldProject = async (organizationId?: TestProject['organizationId']): Promise<TestProject> => {
  const young = await openProject(owner, { organizationId });
  const projectId = idOf('prj', v7({ msecs: now - DAYS * DAY_MS }));
  const ids = [uuidOf(projectId), uuidOf(young.projectId)];
  await owner.query('update counters set scope_id = $1 where scope_id = $2', ids);
  await owner.query('update admission_keys set project_id = $1 where project_id = $2', ids);
  return { ...young, projectId };
};

beforeAll(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  await owner.connect();
  const clock = (time: string) =>
    owner.query(`create or replace function gateway_now() returns timestamptz language sql volatile as '${time}'`);
  for (let day = DAYS + 2; day >= 0; day -= 8) {
    await clock(`select clock_timestamp() - interval ''${day} days''`);
    await owner.query('select ensure_request_days(8)');
  }
  await clock('select clock_timestamp()');
  node = await startNode(database.url);

  project = await oldProject();
  const sibling = await oldProject(project.organizationId);
  stored = [];
  for (let i = 0; i < 400; i += 1) {
    const created = now - ((i * 7_919) % (DAYS * 24 * 60)) * 60_000 - 1_000;
    // Some end days after they came in, as after a long outage.
    const finished = Math.min(created + (i % 9 === 0 ? ((i % 5) + 1) * DAY_MS : 1_000), now);
    const columns = { model: i % 4 === 0 ? 'gpt-4o' : 'gpt-4o-mini', environment: i % 3 === 0 ? 'test' : 'production' };
    stored.push(await store(project, created, finished, columns));
    if (i % 10 === 0) await store(sibling, created, finished);
  }
}, 60_000);

afterAll(async () => {
  await node.close();
  await owner.end();
  await database.drop();
});

const page = (of: TestProject, filter: Filter, limit: number, cursor?: string): Promise<Page<Shown>> =>
  node.context
    .get(Database)
    .inOrganization(of.organizationId, (tx) =>
      node.context.get(RequestQueries).page(tx, of, filter, { limit, cursor }),
    );

const get = (of: TestProject, id: RequestId) =>
  node.context
    .get(Database)
    .inOrganization(of.organizationId, (tx) => node.context.get(RequestQueries).get(tx, of, id));

const all = async (of: TestProject, filter: Filter, limit: number): Promise<readonly Shown[]> => {
  const rows: Shown[] = [];
  let cursor: string | undefined;
  do {
    const { data, nextCursor } = await page(of, filter, limit, cursor);
    expect(data.length).toBeLessThanOrEqual(limit);
    rows.push(...data);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
};

const newestFirst = (calls: readonly Stored[]) =>
  calls
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (uuidOf(a.id) < uuidOf(b.id) ? 1 : -1))
    .map(({ id }) => id);

describe('the list of calls', () => {
  it.each([1, 7, 50, 200])('shows every call once, newest first, in pages of %i', async (limit) => {
    const rows = await all(project, {}, limit);
    expect(rows.map(({ id }) => id)).toEqual(newestFirst(stored));
  });

  it('filters by model, environment, key and time, in every combination of pages', async () => {
    const from = new Date(now - 30 * DAY_MS);
    const to = new Date(now - 3 * DAY_MS);
    const expected = stored.filter(
      ({ createdAt }, i) => i % 4 === 0 && i % 3 !== 0 && createdAt >= from && createdAt < to,
    );
    const filter = { model: 'gpt-4o', environment: 'production', keyId: project.apiKeyId, from, to } as const;
    expect(expected.length).toBeGreaterThan(20);
    for (const limit of [3, 200]) {
      expect((await all(project, filter, limit)).map(({ id }) => id)).toEqual(newestFirst(expected));
    }
    expect(await all(project, { ...filter, provider: 'anthropic' }, 50)).toEqual([]);
  });

  it('shows calls in flight among the others, and each of them once while they end', async () => {
    const busy = await openProject(owner);
    const calls = Array.from({ length: 12 }, () => callOf(busy));
    await Promise.all(calls.map((call) => node.admission.admit(call)));
    await Promise.all(calls.slice(0, 5).map((call) => node.admission.settle(outcomeOf(call))));

    const rows = await all(busy, {}, 4);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(calls.map(({ requestId }) => requestId).toSorted());
    expect(rows.filter(({ status }) => status === 'admitted')).toHaveLength(7);
    expect(await all(busy, { status: 'admitted' }, 4)).toHaveLength(7);
    expect(await all(busy, { status: 'completed' }, 4)).toHaveLength(5);
    expect(rows.find(({ status }) => status === 'completed')).toMatchObject({
      environment: 'production',
      provider: 'openai',
      model: 'gpt-4o-mini',
      credentialSource: 'byok',
      keyId: busy.apiKeyId,
      inputTokens: 100,
      cacheReadTokens: 20,
      outputTokens: 50,
      costUsd: '0.0003',
      chargeUsd: '0.00',
      latencyMs: 12,
      ttftMs: 7,
      httpStatus: 200,
      errorCode: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });

    const ending = { done: false };
    const ended = Promise.all(calls.slice(5).map((call) => node.admission.settle(outcomeOf(call)))).then(
      () => (ending.done = true),
    );
    do {
      const ids = (await page(busy, {}, 50)).data.map(({ id }) => id);
      expect(new Set(ids).size).toBe(12);
      expect(ids).toHaveLength(12);
    } while (!ending.done);
    await ended;
  });

  it('ends a page early rather than search through everything for a filter that matches little, and goes on from there', async () => {
    const large = await oldProject();
    const rare = await store(large, now - 4 * DAY_MS, now - 4 * DAY_MS, { model: 'rare' });
    await owner.query(
      `insert into requests (organization_id, day, id, kind, epoch, project_id, environment, status, provider, model, created_at,
                             finished_at)
       select $1, (at at time zone 'UTC')::date, gen_random_uuid(), 'call', 1, $2, 'production', 'completed', 'openai', 'common', at, at
         from (select $3::timestamptz + n * interval '1 second' as at from generate_series(1, 21000) n) times`,
      [uuidOf(large.organizationId), uuidOf(large.projectId), new Date(now - 4 * DAY_MS)],
    );
    const first = await page(large, { model: 'rare' }, 50);
    expect(first.data).toEqual([]);
    expect(first.nextCursor).not.toBeNull();
    expect((await all(large, { model: 'rare' }, 50)).map(({ id }) => id)).toEqual([rare.id]);
  });

  it('shows a call that was expired and then reported as it really ended, once', async () => {
    const wrong = await oldProject();
    const [corrected, lost] = [
      await store(wrong, now - 3 * DAY_MS, now - 2 * DAY_MS, { status: 'expired' }),
      await store(wrong, now - 3 * DAY_MS + 1, now - 2 * DAY_MS, { status: 'expired' }),
    ];
    await owner.query(
      `insert into requests (organization_id, day, id, request_id, kind, epoch, project_id, environment, status, http_status, api_key_id,
                             provider, model, input_tokens, output_tokens, cost, charge, latency_ms, created_at, finished_at)
       values ($1, current_date, gen_random_uuid(), $2, 'correction', 1, $3, 'production', 'completed', 200, $4, 'openai',
               'gpt-4o-mini', 11, 22, -100, 0, 33, $5, now()),
              ($1, current_date, gen_random_uuid(), $2, 'adjustment', 1, $3, 'production', 'adjusted', null, null, null, null,
               null, null, 7, 0, null, $5, now())`,
      [
        uuidOf(wrong.organizationId),
        uuidOf(corrected.id),
        uuidOf(wrong.projectId),
        uuidOf(wrong.apiKeyId),
        corrected.createdAt,
      ],
    );
    const rows = await all(wrong, {}, 50);
    expect(rows).toEqual([
      expect.objectContaining({ id: lost.id, status: 'expired', costUsd: '0.0003' }),
      expect.objectContaining({
        id: corrected.id,
        status: 'completed',
        httpStatus: 200,
        inputTokens: 11,
        outputTokens: 22,
        latencyMs: 33,
        costUsd: '0.000207',
      }),
    ]);
    expect((await all(wrong, { status: 'expired' }, 50)).map(({ id }) => id)).toEqual([lost.id]);
    expect((await all(wrong, { status: 'completed' }, 50)).map(({ id }) => id)).toEqual([corrected.id]);
    expect(await get(wrong, corrected.id)).toMatchObject({
      status: 'completed',
      corrected: true,
      maxCostUsd: '0.0005',
    });
    expect(await get(wrong, lost.id)).toMatchObject({ status: 'expired', corrected: false });
  });

  it.each(['', 'x', Buffer.from('["2026-01-01"]').toString('base64url'), Buffer.from('null').toString('base64url')])(
    'refuses the cursor %p',
    async (cursor) => {
      await expect(page(project, {}, 10, cursor)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    },
  );
});

describe('one call', () => {
  it('is found by its id, whatever day it ended on', async () => {
    for (const { id, createdAt } of stored.filter((_, i) => i % 19 === 0)) {
      expect(await get(project, id)).toMatchObject({ id, createdAt: createdAt.toISOString() });
    }
  });

  it('is found while it runs and after it', async () => {
    const call = callOf(project);
    await node.admission.admit(call);
    expect(await get(project, call.requestId)).toMatchObject({ status: 'admitted', finishedAt: null, costUsd: null });
    await node.admission.settle(outcomeOf(call));
    expect(await get(project, call.requestId)).toMatchObject({
      status: 'completed',
      costUsd: '0.0003',
      metadata: null,
    });
  });

  it('is unknown to another project of the same organization, and to another organization', async () => {
    const [first] = stored;
    if (first === undefined) throw new Error('a call expected');
    const sibling = await oldProject(project.organizationId);
    const stranger = { ...project, organizationId: (await openProject(owner)).organizationId };
    for (const elsewhere of [sibling, stranger]) {
      await expect(get(elsewhere, first.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it.each(['req_00000000000000000000000000', 'req_7zzzzzzzzzzzzzzzzzzzzzzzzz', 'req_01h455vb4pex5vsknk084sn02q'])(
    '%s is NOT_FOUND',
    async (id) => {
      await expect(get(project, parseId('req', id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  it('shows the metadata of its caller, which is stored sealed and gone with the data key of the project', async () => {
    const scope = { organizationId: project.organizationId, projectId: project.projectId };
    const envelope = node.context.get(Envelope, { strict: false });
    const inOrganization: Database['inOrganization'] = (id, work) =>
      node.context.get(Database).inOrganization(id, work);
    await inOrganization(scope.organizationId, (tx) => envelope.createDataKey(tx, scope));
    const call = callOf(project, { metadata: '{"tenant":"kestrel-and-sons"}' });
    await node.admission.admit(call);
    await node.admission.settle(outcomeOf(call));

    expect(await get(project, call.requestId)).toMatchObject({ metadata: { tenant: 'kestrel-and-sons' } });
    const { rows } = await owner.query<{ row: string }>('select requests::text as row from requests where id = $1', [
      uuidOf(call.requestId),
    ]);
    expect(rows[0]?.row).not.toContain('kestrel');

    await inOrganization(scope.organizationId, (tx) => envelope.destroyDataKey(tx, scope));
    expect(await get(project, call.requestId)).toMatchObject({ status: 'completed', metadata: null });
  });
});
