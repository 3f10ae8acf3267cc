import { grantAcrossTenants, handOverFunction, protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApiKeys1763700007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api_keys (
        organization_id uuid not null,
        api_key_id uuid not null,
        project_id uuid not null,
        name text not null,
        key_type text not null check (key_type in ('secret', 'publishable', 'agent')),
        environment text not null check (environment in ('production', 'test')),
        prefix text not null,
        digest text not null unique,
        pepper_id text not null,
        created_by_type text not null check (created_by_type in ('user', 'api_key', 'system')),
        created_by_id uuid,
        created_at timestamptz not null,
        expires_at timestamptz,
        revoked_at timestamptz,
        primary key (organization_id, api_key_id),
        check ((created_by_type = 'system') = (created_by_id is null))
      )`);
    await runner.query(`create index api_keys_of_project on api_keys (organization_id, project_id, api_key_id desc)`);
    await runner.query(
      `create index api_keys_unrevoked on api_keys (organization_id, project_id, expires_at) where revoked_at is null`,
    );
    await runner.query(
      `create index api_keys_made_by_key on api_keys (organization_id, created_by_id) where created_by_type = 'api_key'`,
    );
    await protectTenantTable(runner, 'api_keys', { application: ['select', 'insert', 'update'] });

    await grantAcrossTenants(runner, { role: 'gw_lookup', table: 'api_keys', statements: ['select'] });
    await runner.query(`
      create function find_api_key(digest text)
        returns table (organization_id uuid, project_id uuid, api_key_id uuid, key_type text, environment text, prefix text)
        language sql stable security definer
        as $$
          select k.organization_id, k.project_id, k.api_key_id, k.key_type, k.environment, k.prefix
            from api_keys k where k.digest = $1
        $$`);
    await handOverFunction(runner, 'find_api_key(text)', 'gw_lookup');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function find_api_key(text)`);
    await runner.query(`drop table api_keys`);
  }
}
