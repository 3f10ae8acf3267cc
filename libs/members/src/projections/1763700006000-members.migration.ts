import { grantAcrossTenants, handOverFunction, protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIND_MEMBERSHIPS = 'find_memberships(uuid, timestamptz, uuid, integer)';
const FIND_REACH = 'find_reach(uuid, uuid, uuid)';

export class Members1763700006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table memberships (
        organization_id uuid not null,
        account_id uuid not null,
        role text not null check (role in ('owner', 'admin', 'developer', 'viewer')),
        since timestamptz not null,
        primary key (organization_id, account_id)
      )`);
    await runner.query(
      `create index memberships_of_account on memberships (account_id, since desc, organization_id desc)`,
    );
    await protectTenantTable(runner, 'memberships', { application: ['select', 'insert'] });
    await grantAcrossTenants(runner, { role: 'gw_lookup', table: 'memberships', statements: ['select'] });

    // Memberships of one account, the newest first; the position is where the page before ended.
    await runner.query(`
      create function find_memberships(
        account_id uuid,
        before_since timestamptz default null,
        before_organization uuid default null,
        up_to integer default null
      ) returns table (organization_id uuid, role text, since timestamptz)
        language sql stable security definer
        as $$
          select m.organization_id, m.role, m.since
            from memberships m
           where m.account_id = $1
             and (m.since, m.organization_id)
               < (coalesce($2, 'infinity'), coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           order by m.since desc, m.organization_id desc
           limit $4
        $$`);
    await handOverFunction(runner, FIND_MEMBERSHIPS, 'gw_lookup');

    // The role of an account in an organization, or in the one a living project belongs to.
    await runner.query(`
      create function find_reach(of_account uuid, in_organization uuid, in_project uuid)
        returns table (organization_id uuid, role text)
        language sql stable security definer
        as $$
          select m.organization_id, m.role
            from memberships m
           where m.account_id = $1
             and m.organization_id = case
               when $3 is null then $2
               else (select p.organization_id from find_project($3) p where p.status = 'active')
             end
        $$`);
    await handOverFunction(runner, FIND_REACH, 'gw_lookup');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function ${FIND_REACH}`);
    await runner.query(`drop function ${FIND_MEMBERSHIPS}`);
    await runner.query(`drop table memberships`);
  }
}
