import { protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Organizations1763700004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table organizations (
        organization_id uuid primary key,
        name text not null,
        slug text not null,
        version integer not null,
        created_at timestamptz not null
      )`);
    await protectTenantTable(runner, 'organizations', { application: ['select', 'insert', 'update'] });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table organizations`);
  }
}
