import { grantAcrossTenants, handOverFunction, protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIND_PROJECT = 'find_project(uuid)';
const FIND_PROJECTS = 'find_projects(uuid[], uuid, integer)';

export class Projects1763700005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table projects (
        organization_id uuid not null,
        project_id uuid not null unique,
        status text not null check (status in ('active', 'deleted')),
        name text not null,
        slug text not null,
        description text,
        region text not null,
        default_provider text,
        default_model text,
        requests_per_minute integer not null,
        test_requests_per_minute integer not null,
        cap_monthly_micro_usd bigint,
        cap_enforce boolean,
        version integer not null,
        created_at timestamptz not null,
        deleted_at timestamptz,
        primary key (organization_id, project_id),
        check ((cap_monthly_micro_usd is null) = (cap_enforce is null)),
        check ((status = 'deleted') = (deleted_at is not null))
      )`);
    await runner.query(
      `create unique index projects_live_slug on projects (organization_id, slug) where status = 'active'`,
    );
    await runner.query(
      `create index projects_live on projects (organization_id, project_id desc) where status = 'active'`,
    );
    await protectTenantTable(runner, 'projects', { application: ['select', 'insert', 'update'] });

    await grantAcrossTenants(runner, { role: 'gw_lookup', table: 'projects', statements: ['select'] });
    await runner.query(`
      create function find_project(project_id uuid) returns table (organization_id uuid, status text)
        language sql stable security definer
        as $$ select p.organization_id, p.status from projects p where p.project_id = $1 $$`);
    await handOverFunction(runner, FIND_PROJECT, 'gw_lookup');

    // Live projects of several organizations, the newest first. Each organization gives no more than is asked for.
    await runner.query(`
      create function find_projects(organization_ids uuid[], before uuid, up_to integer)
        returns table (organization_id uuid, project_id uuid)
        language sql stable security definer
        as $$
          select p.organization_id, p.project_id
            from unnest($1) as asked (organization_id)
            cross join lateral (
              select l.organization_id, l.project_id from projects l
               where l.organization_id = asked.organization_id and l.status = 'active'
                 and l.project_id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
               order by l.project_id desc
               limit $3) p
           order by p.project_id desc
           limit $3
        $$`);
    await handOverFunction(runner, FIND_PROJECTS, 'gw_lookup');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function ${FIND_PROJECTS}`);
    await runner.query(`drop function ${FIND_PROJECT}`);
    await runner.query(`drop table projects`);
  }
}
