import type { MigrationInterface, QueryRunner } from 'typeorm';

import { grantAcrossTenants, handOverFunction } from '../../database/cross-tenant.js';
import { protectTenantTable } from '../../database/tenant-table.js';

/** The functions show which keys are wrapped by what, never a wrapped key. */
const FUNCTIONS = [
  `create function data_keys_by_kek() returns table (kek_id text, live_keys bigint)
   language sql stable security definer
   as $$ select k.kek_id, count(*) from data_keys k where k.destroyed_at is null group by k.kek_id $$`,
  `create function data_keys_to_rewrap(first_kek_id text, after_organization_id uuid, after_id uuid, batch integer)
   returns table (organization_id uuid, id uuid)
   language sql stable security definer
   as $$ select k.organization_id, k.id from data_keys k
          where (k.organization_id, k.id) > (after_organization_id, after_id)
            and k.destroyed_at is null and k.kek_id <> first_kek_id
          order by k.organization_id, k.id limit batch $$`,
];

const SIGNATURES = ['data_keys_by_kek()', 'data_keys_to_rewrap(text, uuid, uuid, integer)'];

export class CreateEncryptionTables1763700001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table data_keys (
        organization_id uuid not null,
        id uuid not null,
        project_id uuid,
        kek_id text not null,
        former_kek_ids text[] not null default '{}',
        wrapped bytea,
        created_at timestamptz not null default now(),
        destroyed_at timestamptz,
        primary key (organization_id, id),
        check (num_nonnulls(wrapped, destroyed_at) = 1)
      )`);
    await runner.query(
      `comment on column data_keys.project_id is 'project whose values it seals; null: those of the organization itself'`,
    );
    await runner.query(
      `comment on column data_keys.former_kek_ids is 'keys that wrapped it before: a backup may hold those forms too, so a deletion is final when they all are retired'`,
    );
    await runner.query(`
      create unique index data_keys_one_live_key on data_keys (organization_id, project_id) nulls not distinct
        where destroyed_at is null`);
    await runner.query(`create index data_keys_kek on data_keys (kek_id) where destroyed_at is null`);
    await protectTenantTable(runner, 'data_keys', { application: ['select', 'insert', 'update'] });

    await runner.query(`
      create table secrets (
        organization_id uuid not null,
        id uuid not null,
        version integer not null check (version > 0),
        project_id uuid,
        kind text not null,
        origin text not null,
        data_key_id uuid not null,
        sealed text not null,
        created_at timestamptz not null default now(),
        primary key (organization_id, id, version),
        foreign key (organization_id, data_key_id) references data_keys (organization_id, id)
      )`);
    await runner.query(`create index secrets_project on secrets (organization_id, project_id)`);
    await protectTenantTable(runner, 'secrets', { application: ['select', 'insert', 'delete'] });

    await grantAcrossTenants(runner, { role: 'gw_lookup', table: 'data_keys', statements: ['select'] });
    for (const definition of FUNCTIONS) await runner.query(definition);
    for (const signature of SIGNATURES) {
      await handOverFunction(runner, signature, 'gw_lookup');
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of SIGNATURES) await runner.query(`drop function ${signature}`);
    await runner.query(`drop table secrets`);
    await runner.query(`drop table data_keys`);
  }
}
