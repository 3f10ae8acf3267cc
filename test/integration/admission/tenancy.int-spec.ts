import { uuidOf } from '@app/kernel';
import { Database } from '@app/platform';
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

const TABLES = ['counters', 'admission_keys', 'refusals', 'open_calls', 'requests'] as const;

let database: TestDatabase;
let owner: Client;
let application: Client;
let node: TestNode;
let mine: TestProject;
let other: TestProject;

beforeAll(async () => {
  database = await createTestDatabase(admissionMigrations);
  owner = new Client({ connectionString: database.adminUrl });
  application = new Client({ connectionString: database.url });
  await owner.connect();
  await application.connect();
  node = await startNode(database.url);
  mine = await openProject(owner, { perMinute: 2 });
  other = await openProject(owner, { perMinute: 2 });
  for (const project of [mine, other]) {
    const finished = callOf(project);
    await node.admission.admit(finished);
    await node.admission.settle(outcomeOf(finished));
    await node.admission.admit(callOf(project));
    await node.admission.admit(callOf(project));
    await owner.query(`insert into request_numbers values ($1, 1, $2, current_date, '\\x00')`, [
      uuidOf(project.organizationId),
      uuidOf(finished.requestId),
    ]);
  }
});

afterAll(async () => {
  await node.close();
  await application.end();
  await owner.end();
  await database.drop();
});

/** The code of a statement's refusal by the application's role, `ok` when it works. Changes nothing. */
const attempt = async (sql: string, organization = uuidOf(mine.organizationId)): Promise<string> => {
  await application.query('begin');
  try {
    await application.query(`select set_config('app.organization_id', $1, true)`, [organization]);
    await application.query(sql);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await application.query('rollback');
  }
};

describe('the application role', () => {
  it.each([...TABLES, 'request_numbers'])(
    'sees rows of %s of the one organization of its transaction',
    async (table) => {
      const organizations = (organization: TestProject) =>
        node.context.get(Database).inOrganization(organization.organizationId, async (tx) => {
          const rows: { organization_id: string }[] = await tx.query(`select distinct organization_id from ${table}`);
          return rows.map(({ organization_id: id }) => id);
        });
      expect(await organizations(mine)).toEqual([uuidOf(mine.organizationId)]);
      expect(await organizations(other)).toEqual([uuidOf(other.organizationId)]);
      expect((await application.query(`select from ${table}`)).rowCount).toBe(0);
    },
  );

  it('writes no row of another organization', async () => {
    const elsewhere = `'${uuidOf(other.organizationId)}'`;
    expect(
      await attempt(`insert into admission_keys (organization_id, id, project_id, environment, key_type)
                     values (${elsewhere}, gen_random_uuid(), gen_random_uuid(), 'test', 'secret')`),
    ).toBe('42501');
    await attempt(`update admission_keys set revoked_at = now() where organization_id = ${elsewhere}`);
    const { rows } = await owner.query('select from admission_keys where revoked_at is not null');
    expect(rows).toEqual([]);
  });

  it.each([
    ['what has been spent', 'update counters set settled = 0'],
    ['what is held', 'update counters set held = 0'],
    ['what has been counted', 'update counters set window_count = 0, window_seconds = array_fill(0, array[61])'],
    ['the month', `update counters set month = '2000-01-01'`],
    ['open calls', 'delete from open_calls'],
    ['finished calls', `update requests set cost = 0`],
    ['finished calls away', `delete from requests`],
    ['refusals', 'update refusals set count = 0'],
    ['numbers', 'delete from request_numbers'],
    ['nodes', 'delete from gateway_nodes'],
  ])('cannot change %s', async (_, sql) => {
    expect(await attempt(sql)).toBe('42501');
  });

  it('cannot reach the partitions of finished calls past the policies of their table', async () => {
    const { rows } = await owner.query<{ partition: string; secured: boolean; forced: boolean }>(
      `select inhrelid::regclass::text as partition, relrowsecurity as secured, relforcerowsecurity as forced
         from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'requests'::regclass`,
    );
    expect(rows.length).toBeGreaterThan(7);
    for (const { partition, secured, forced } of rows) {
      expect(await attempt(`select 1 from ${partition}`)).toBe('42501');
      expect([secured, forced]).toEqual([true, true]);
    }
  });

  it('cannot put a table of its own in the place of one that a definer function reads', async () => {
    await application.query('create temporary table counters (like public.counters including defaults)');
    const { rows } = await application.query<{ verdicts: string }>(
      `select verdicts from admit_calls(gen_random_uuid(), array[$1]::uuid[], array[$2]::uuid[], '{production}', '{1}', '{1}',
         array[$3]::uuid[], '{1}', array[gen_random_uuid()], '{1}', '{a}', '{b}', '{byok}', '{f}', '{null}', '{null}')`,
      [uuidOf(other.organizationId), uuidOf(other.projectId), uuidOf(other.apiKeyId)],
    );
    expect(rows).toEqual([{ verdicts: 'R' }]);
    await application.query('drop table pg_temp.counters');
  });
});

describe('functions that see many tenants', () => {
  it('belong to roles that cannot log in, keep to fixed schemas, and are open to the application alone', async () => {
    const { rows } = await owner.query<{
      name: string;
      owner: string;
      path: string;
      everybody: boolean;
      login: boolean;
    }>(
      `select p.proname as name, r.rolname as owner, array_to_string(p.proconfig, ',') as path, r.rolcanlogin as login,
              has_function_privilege('public', p.oid, 'execute') as everybody
         from pg_proc p join pg_roles r on r.oid = p.proowner
        where p.prosecdef and p.pronamespace = 'public'::regnamespace and r.rolname in ('gw_admission', 'gw_feed')
          and p.proname not in ('current_epoch', 'read_event_feed')
        order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'admit_calls',
      'beat_gateway_node',
      'correct_calls',
      'ensure_request_days',
      'expire_calls',
      'gateway_heartbeats',
      'read_request_feed',
      'register_gateway_node',
      'remove_gateway_node',
      'settle_calls',
    ]);
    for (const { path, login, everybody } of rows) {
      expect(path).toContain('search_path=pg_catalog, public, pg_temp');
      expect([login, everybody]).toEqual([false, false]);
    }
    expect(
      await attempt(
        'select correct_calls(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)',
      ),
    ).toBe('42501');
  });

  it('let the application make no more partitions than a month of days', async () => {
    expect(await attempt('select ensure_request_days(32)')).toBe('22023');
  });
});
