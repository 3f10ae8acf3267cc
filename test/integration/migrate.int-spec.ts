import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { EmbeddedPostgres, grantAcrossTenants, migrate, protectTenantTable, Secret } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

import { built } from '../support/built.js';
import { withClient } from '../support/database.js';

const run = promisify(execFile);

const ORGANIZATION = '01890a5d-ac96-774b-bcce-b302099a8057';

/** A tenant table with a function that looks across tenants: what every library's migration does. */
class Notes1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table notes (organization_id uuid, text text, primary key (organization_id, text))');
    await protectTenantTable(runner, 'notes', { application: ['select', 'insert'] });
    await grantAcrossTenants(runner, { role: 'gw_lookup', table: 'notes', statements: ['select'] });
    await runner.query(`
      create function count_notes() returns bigint language sql stable security definer
        set search_path = pg_catalog, public as 'select count(*) from notes'`);
    await runner.query('alter function count_notes() owner to gw_lookup');
    await runner.query('revoke all on function count_notes() from public');
    await runner.query('grant execute on function count_notes() to gw_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function count_notes()');
    await runner.query('drop table notes');
  }
}

/** Waits for every transaction that could see the table: a migrator that waits inside PostgreSQL would block it forever. */
class NotesIndex1000000000002 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('select pg_sleep(0.3)');
    await runner.query('create index concurrently notes_text on notes (text)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index notes_text');
  }
}

const migrations = [Notes1000000000001, NotesIndex1000000000002];
const names = migrations.map(({ name }) => name);
const login = { role: 'app', password: new Secret('app') };

let folder: string;
let server: EmbeddedPostgres;
let database = '';

/** Roles belong to a whole server, so these tests have one of their own. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-gateway-migrate-'));
  await chmod(folder, 0o755);
  const binaries = process.env.TEST_POSTGRES_BINARIES;
  server = await EmbeddedPostgres.start({ folder, durable: false, ...(binaries ? { binaries } : {}) });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const asAdministrator = (...statements: string[]) =>
  withClient(server.adminUrl().reveal(), async (client) => {
    for (const statement of statements) await client.query(statement);
  });

beforeEach(async () => {
  database = `db_${Date.now()}`;
  await asAdministrator(`create database ${database}`);
});

afterEach(async () => {
  await asAdministrator(
    `drop database ${database} with (force)`,
    'drop role if exists app, owner, gw_app, gw_admission, gw_feed, gw_lookup',
  );
});

const as = (role: string) => server.url(role, new Secret(role), database);

/** An owner as a hosted PostgreSQL gives it: no superuser. */
const createOwner = () =>
  asAdministrator(`create role owner login createrole password 'owner'`, `alter database ${database} owner to owner`);

const expectTenantsApart = () =>
  withClient(as('app').reveal(), async (client) => {
    await client.query('begin');
    await client.query(`select set_config('app.organization_id', $1, true)`, [ORGANIZATION]);
    await client.query(`insert into notes values ($1, 'first')`, [ORGANIZATION]);
    await client.query('commit');
    expect((await client.query('select * from notes')).rows).toEqual([]);
    expect((await client.query('select count_notes() as notes')).rows).toEqual([{ notes: '1' }]);
    const { rows } = await client.query<{ limit: string }>(
      `select current_setting('idle_in_transaction_session_timeout') as limit`,
    );
    expect(rows).toEqual([{ limit: '5s' }]);
    await expect(client.query('create table mine ()')).rejects.toThrow('permission denied');
  });

describe('migrate', () => {
  it.each(['superuser', 'owner with CREATEROLE'])('prepares roles and tables as %s', async (kind) => {
    if (kind !== 'superuser') await createOwner();
    const url = kind === 'superuser' ? server.adminUrl(database) : as('owner');
    expect(await migrate(url, migrations, login)).toEqual(names);
    expect(await migrate(url, migrations, login)).toEqual([]);
    await expectTenantsApart();
  });

  it('runs every migration once when several processes migrate, one of them without a transaction', async () => {
    const url = server.adminUrl(database);
    const done = await Promise.all([1, 2, 3].map(() => migrate(url, migrations, login)));
    expect(done.flat()).toEqual(names);
    await expectTenantsApart();
  });

  it('is one migration when two processes run npm run migrate at once', async () => {
    const environment = { DATABASE_ADMIN_URL: server.adminUrl(database).reveal() };
    const command = [built('apps/cli/src/main-migrate.ts')];
    const runs = await Promise.all([1, 2].map(() => run(process.execPath, command, { env: environment })));
    const results = runs.map(({ stdout }) => stdout.trim().split('\n').at(-1) ?? '').toSorted();
    expect(results).toEqual([expect.stringMatching(/^\d+ migrations done\.$/), 'Nothing to migrate.']);
  });

  it('says that it needs the address of the owner', async () => {
    const migration = run(process.execPath, [built('apps/cli/src/main-migrate.ts')], { env: {} });
    await expect(migration).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^DATABASE_ADMIN_URL is missing/),
    });
  });

  it('prepares two databases of one server at the same moment', async () => {
    const other = `${database}_other`;
    await asAdministrator(`create database ${other}`);
    await Promise.all([database, other].map((name) => migrate(server.adminUrl(name), migrations, login)));
    await asAdministrator(`drop database ${other} with (force)`);
    await expectTenantsApart();
  });

  it('keeps what succeeded when a later migration fails, and goes on from there', async () => {
    class Broken1000000000003 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('create table half ()');
        await runner.query('select 1 / 0');
      }

      async down(): Promise<void> {}
    }
    const url = server.adminUrl(database);
    await expect(migrate(url, [...migrations, Broken1000000000003], login)).rejects.toThrow('division by zero');
    expect(await migrate(url, migrations, login)).toEqual([]);
    await withClient(url.reveal(), async (client) => {
      expect((await client.query(`select to_regclass('half') as half`)).rows).toEqual([{ half: null }]);
    });
  });

  it.each([
    ['a superuser', 'alter role app superuser'],
    ['a role that bypasses row-level security', 'alter role app bypassrls'],
  ])('refuses %s as the application, row-level security would not bind it', async (_, statement) => {
    await asAdministrator(`create role app login password 'app'`, statement);
    await expect(migrate(server.adminUrl(database), migrations, { role: 'app' })).rejects.toThrow(
      /DATABASE_URL: the role "app" is a superuser/,
    );
  });

  it('refuses the owner as the application', async () => {
    await createOwner();
    await expect(migrate(as('owner'), migrations, { role: 'owner' })).rejects.toThrow(/or owns the database/);
  });

  it('names an application role that does not exist', async () => {
    await expect(migrate(server.adminUrl(database), migrations, { role: 'app' })).rejects.toThrow(
      'DATABASE_URL: there is no role "app"',
    );
  });

  it('says what an administrator has to run when the owner may not, and works after that', async () => {
    await asAdministrator(
      `create role app login password 'app'`,
      `create role owner login password 'owner'`,
      `alter database ${database} owner to owner`,
    );
    for (let step = 0; step < 4; step += 1) {
      const failure = await migrate(as('owner'), migrations, { role: 'app' }).catch((error: Error) => error.message);
      if (typeof failure !== 'string') break;
      const [, statements = ''] = /let an administrator of the server run: (.*)$/.exec(failure) ?? [];
      expect(statements).not.toBe('');
      await asAdministrator(...statements.replaceAll('current_user', 'owner').split(';').filter(Boolean));
    }
    expect(await migrate(as('owner'), migrations, { role: 'app' })).toEqual([]);
    await expectTenantsApart();
  });
});
