import { type CallToAdmit, admissionRowsProjection } from '@app/gateway';
import { type ProjectId, type RecordedEvent, uuidOf } from '@app/kernel';
import { Database, newId } from '@app/platform';
import { Client } from 'pg';

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

let database: TestDatabase;
let owner: Client;
let node: TestNode;
let seq = 10;

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

const eventOf = (
  project: Pick<TestProject, 'organizationId' | 'projectId'>,
  type: string,
  data: object,
): RecordedEvent => {
  seq += 1;
  return {
    type,
    data: { projectId: project.projectId, ...data },
    id: newId('evt'),
    organizationId: project.organizationId,
    projectId: project.projectId,
    streamId: 'a stream',
    version: 1,
    seq,
    schemaVersion: 1,
    recordedAt: '2026-11-20T12:00:00.000001Z',
    actor: { type: 'system', id: 'test' },
    requestId: 'req_01h455vb4pex5vsknk084sn02q',
  };
};

/** As the event store runs it: in a transaction that sees the event's organization. */
const record = (...events: readonly RecordedEvent[]): Promise<void> => {
  const [first] = events;
  if (first === undefined) throw new Error('no event');
  return node.context.get(Database).inOrganization(first.organizationId, async (tx) => {
    for (const event of events) await admissionRowsProjection.project(event, tx);
  });
};

const countersOf = async (projectId: ProjectId) => {
  const { rows } = await owner.query(
    `select environment, config_version::int as version, minute_limit, cap::int, cap_enforced, closed_at is not null as closed
       from counters where scope_id = $1 order by environment`,
    [uuidOf(projectId)],
  );
  return rows;
};

const newProject = async (limits = { requestsPerMinute: 60, testRequestsPerMinute: 20 }) => {
  const project: TestProject = {
    organizationId: newId('org'),
    projectId: newId('prj'),
    apiKeyId: newId('key'),
    testKeyId: newId('key'),
  };
  const created = eventOf(project, 'ProjectCreated', limits);
  const key = (apiKeyId: string, environment: string) =>
    eventOf(project, 'KeyCreated', { apiKeyId, environment, keyType: 'secret', expiresAt: null });
  await record(created, key(project.apiKeyId, 'production'), key(project.testKeyId, 'test'));
  const call = async (): Promise<CallToAdmit> => {
    const [production] = await countersOf(project.projectId);
    return callOf(project, { configVersion: production?.version });
  };
  return { project, created, call };
};

describe('the rows admissions are judged by', () => {
  it('open with the project at its first limits, and let its keys in at once', async () => {
    const { project, call } = await newProject();
    expect(await countersOf(project.projectId)).toEqual([
      {
        environment: 'production',
        version: expect.any(Number),
        minute_limit: 60,
        cap: null,
        cap_enforced: false,
        closed: false,
      },
      {
        environment: 'test',
        version: expect.any(Number),
        minute_limit: 20,
        cap: null,
        cap_enforced: false,
        closed: false,
      },
    ]);
    expect((await node.admission.admit(await call())).status).toBe('admitted');
  });

  it('open with the limits the project was created with, whatever new projects get', async () => {
    const { project } = await newProject({ requestsPerMinute: 30, testRequestsPerMinute: 40 });
    expect((await countersOf(project.projectId)).map(({ minute_limit: limit }) => limit)).toEqual([30, 30]);
  });

  it('never give test keys more than their project, whichever limit changes', async () => {
    const { project } = await newProject();
    const limits = async () => (await countersOf(project.projectId)).map(({ minute_limit: limit }) => limit);
    await record(eventOf(project, 'ProjectSettingsChanged', { testRequestsPerMinute: 500 }));
    expect(await limits()).toEqual([60, 60]);
    await record(eventOf(project, 'ProjectSettingsChanged', { requestsPerMinute: 5 }));
    expect(await limits()).toEqual([5, 5]);
    await record(eventOf(project, 'ProjectSettingsChanged', { requestsPerMinute: 1_000 }));
    expect(await limits()).toEqual([1_000, 500]);
    await record(eventOf(project, 'ProjectSettingsChanged', { defaultModel: 'gpt-4o' }));
    expect(await limits()).toEqual([1_000, 500]);
  });

  it('hold a cap for production alone', async () => {
    const { project, call } = await newProject();
    await record(eventOf(project, 'SpendCapSet', { cap: { monthlyMicroUsd: '400', enforce: true } }));
    expect((await countersOf(project.projectId)).map(({ cap, cap_enforced: enforced }) => [cap, enforced])).toEqual([
      [400, true],
      [null, false],
    ]);
    expect(await node.admission.admit(await call())).toMatchObject({ reason: 'cap', cap: 400n });
    await record(eventOf(project, 'SpendCapSet', { cap: { monthlyMicroUsd: '400', enforce: false } }));
    expect((await node.admission.admit(await call())).status).toBe('admitted');
    await record(eventOf(project, 'SpendCapSet', { cap: null }));
    expect((await countersOf(project.projectId)).map(({ cap }) => cap)).toEqual([null, null]);
  });

  it.each(['ProjectSettingsChanged', 'SpendCapSet', 'ProviderConnected', 'ProviderUpdated', 'ProviderDisconnected'])(
    'make calls stale that were judged before %s',
    async (type) => {
      const { project, call } = await newProject();
      const before = await call();
      await record(eventOf(project, type, type === 'SpendCapSet' ? { cap: null } : {}));
      expect((await node.admission.admit(before)).status).toBe('stale');
      const [production, test] = await countersOf(project.projectId);
      expect(production?.version).toBe(seq);
      expect(test?.version).toBe(seq);
      expect((await node.admission.admit(await call())).status).toBe('admitted');
    },
  );

  it('refuse a revoked key from the commit on', async () => {
    const { project, call } = await newProject();
    await record(eventOf(project, 'KeyRevoked', { apiKeyId: project.apiKeyId, revokedAt: '2026-11-20T12:00:00Z' }));
    expect(await node.admission.admit(await call())).toEqual({ status: 'refused', reason: 'key' });
  });

  it('refuse every key of a deleted project from the commit on', async () => {
    const { project, call } = await newProject();
    await record(eventOf(project, 'ProjectDeleted', {}));
    expect(await node.admission.admit(await call())).toEqual({ status: 'refused', reason: 'key' });
    expect((await countersOf(project.projectId)).every(({ closed }) => closed)).toBe(true);
  });

  it('are the same when an event comes again, also when newer ones came between', async () => {
    const { project, created } = await newProject();
    const settings = eventOf(project, 'ProjectSettingsChanged', { requestsPerMinute: 7 });
    const revoked = eventOf(project, 'KeyRevoked', { apiKeyId: project.apiKeyId, revokedAt: '2026-11-20T12:00:00Z' });
    const deleted = eventOf(project, 'ProjectDeleted', {});
    await record(settings, revoked, deleted);
    const before = await countersOf(project.projectId);
    await record(created, settings, revoked, deleted);
    expect(await countersOf(project.projectId)).toEqual(before);
  });
});

it('changes settings of many projects while they are called, without a deadlock and without a call under old settings', async () => {
  const projects: TestProject[] = [];
  while (projects.length < 12) projects.push(await openProject(owner));
  const deadlocks = async () => {
    const { rows } = await owner.query<{ deadlocks: string }>(
      `select deadlocks from pg_stat_database where datname = current_database()`,
    );
    return Number(rows[0]?.deadlocks);
  };
  const before = await deadlocks();
  const versions = new Map(projects.map(({ projectId }) => [projectId, 1]));
  const load = { running: true };
  let admitted = 0;
  let stale = 0;

  const caller = async (i: number): Promise<void> => {
    for (let round = i; load.running; round += 1) {
      const project = projects[round % projects.length] ?? projects[0];
      if (project === undefined) throw new Error('no project');
      const known = versions.get(project.projectId) ?? 1;
      const environment = round % 2 === 0 ? 'production' : 'test';
      const call = callOf(project, { configVersion: known, environment });
      const { status } = await node.admission.admit(call);
      if (status === 'stale') stale += 1;
      if (status !== 'admitted') continue;
      admitted += 1;
      await node.admission.settle(outcomeOf(call));
    }
  };
  const callers = Array.from({ length: 32 }, (_, i) => caller(i));
  // Each changes projects of its own, so that it knows which version is the newest.
  const changers = [0, 1, 2].map(async (offset) => {
    for (let round = 0; round < 120; round += 1) {
      const project = projects[(round * 3 + offset) % projects.length];
      if (project === undefined) throw new Error('no project');
      const event = eventOf(project, 'ProjectSettingsChanged', {
        requestsPerMinute: 1_000_000,
        testRequestsPerMinute: 1_000_000,
      });
      await record(event);
      // The answer to the change has been given: the version known until now must not admit any more.
      const known = versions.get(project.projectId) ?? 1;
      expect((await node.admission.admit(callOf(project, { configVersion: known }))).status).toBe('stale');
      versions.set(project.projectId, Math.max(versions.get(project.projectId) ?? 1, event.seq));
    }
  });
  await Promise.all(changers).finally(() => (load.running = false));
  await Promise.all(callers);

  // The server counts a deadlock when its session next reports.
  await owner.query('select pg_stat_clear_snapshot()');
  expect(await deadlocks()).toBe(before);
  expect(admitted).toBeGreaterThan(100);
  expect(stale).toBeGreaterThan(0);
}, 60_000);
