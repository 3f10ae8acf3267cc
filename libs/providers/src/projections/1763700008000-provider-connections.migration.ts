import { protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ProviderConnections1763700008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table provider_connections (
        organization_id uuid not null,
        project_id uuid not null,
        provider text collate "C" not null,
        connection_id uuid not null,
        format text not null,
        base_url text not null,
        secret_id uuid not null,
        secret_version integer not null,
        key_hint text not null,
        default_model text,
        models jsonb not null,
        enabled boolean not null,
        primary key (organization_id, project_id, provider)
      )`);
    await protectTenantTable(runner, 'provider_connections', {
      application: ['select', 'insert', 'update', 'delete'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table provider_connections`);
  }
}
