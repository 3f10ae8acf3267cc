import { definerFunctions } from '@app/composition';
import { Client } from 'pg';

import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** Tables that hold no tenant's row: places in the feed, the epochs of the cluster, living nodes, what was migrated. */
const WITHOUT_TENANT = ['cluster_epochs', 'gateway_nodes', 'migrations', 'reader_partitions'];

describe('tenancy in the database', () => {
  let database: TestDatabase;
  let owner: Client;
  let application: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.adminUrl });
    application = new Client({ connectionString: database.url });
    await Promise.all([owner.connect(), application.connect()]);
  });

  afterAll(async () => {
    await Promise.all([owner.end(), application.end()]);
    await database.drop();
  });

  const column = async (sql: string): Promise<unknown[]> =>
    (await owner.query<{ value: unknown }>(sql)).rows.map(({ value }) => value);

  it('lists every function that runs with other rights than its caller, with its owner', async () => {
    const { rows } = await owner.query<{ owner: string; name: string }>(`
      select pg_get_userbyid(proowner) as owner, proname as name from pg_proc
       where prosecdef and pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       order by 1, 2`);
    const listed = Object.entries(definerFunctions).flatMap(([role, names]) =>
      names.map((name) => ({ owner: role, name })),
    );
    expect(rows).toEqual(listed);
  });

  it('fixes the search path of those functions and lets nobody but the application call them', async () => {
    expect(
      await column(`
        select proname as value from pg_proc
         where prosecdef and pronamespace = 'public'::regnamespace
           and (not coalesce('search_path=pg_catalog, public, pg_temp' = any(proconfig), false)
                or has_function_privilege('public', oid, 'execute'))`),
    ).toEqual([]);
  });

  it('gives the application role no table, no function and no way around row-level security', async () => {
    const { rows } = await application.query(`
      select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as mighty,
             (select count(*)::int from pg_class where relowner = r.oid)
               + (select count(*)::int from pg_proc where proowner = r.oid) as owned
        from pg_roles r where rolname = current_user`);
    expect(rows).toEqual([{ mighty: false, owned: 0 }]);
  });

  it('forces row-level security with a policy on every table', async () => {
    const exempt = WITHOUT_TENANT.map((name) => `'${name}'`).join(', ');
    expect(
      await column(`
        select relname as value from pg_class c
         where relkind in ('r', 'p') and relnamespace in ('public'::regnamespace, 'request_days'::regnamespace)
           and relname not in (${exempt}) and not (relrowsecurity and relforcerowsecurity)`),
    ).toEqual([]);
    expect(
      await column(`
        select relname as value from pg_class c
         where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname not in (${exempt})
           and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant')`),
    ).toEqual([]);
  });

  it('begins the primary key of every tenant table with the organization', async () => {
    const exempt = WITHOUT_TENANT.map((name) => `'${name}'`).join(', ');
    expect(
      await column(`
        select c.relname as value from pg_class c
          left join pg_index i on i.indrelid = c.oid and i.indisprimary
          left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
         where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname not in (${exempt})
           and a.attname is distinct from 'organization_id'`),
    ).toEqual([]);
  });

  it('shows the application no row of any table while no organization is set', async () => {
    const tables = await column(`
      select c.relname as value from pg_class c
       where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relrowsecurity
         and has_table_privilege('gw_app', c.oid, 'select')`);
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      expect({ table, rows: (await application.query(`select from ${String(table)}`)).rowCount }).toEqual({
        table,
        rows: 0,
      });
    }
  });

  it('keeps partitions out of reach except through their table', async () => {
    await expect(
      application.query(`select from request_days.day_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`),
    ).rejects.toThrow('permission denied');
  });
});
