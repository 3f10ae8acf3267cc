import type { QueryRunner } from 'typeorm';

export interface TableGrants {
  /** Statements the application role may run; a table of facts has only `select` and `insert`. */
  readonly application: readonly ('select' | 'insert' | 'update' | 'delete')[];
}

/**
 * Puts a new table under forced row-level security: a row is visible and writable only while its `organization_id` is
 * the transaction's organization. Every tenant table passes here in the migration that creates it.
 */
export const protectTenantTable = async (runner: QueryRunner, table: string, grants: TableGrants): Promise<void> => {
  await runner.query(`alter table ${table} enable row level security`);
  await runner.query(`alter table ${table} force row level security`);
  await runner.query(`
    create policy tenant on ${table} to gw_app
      using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)
      with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)`);
  await runner.query(`grant ${grants.application.join(', ')} on ${table} to gw_app`);
};
