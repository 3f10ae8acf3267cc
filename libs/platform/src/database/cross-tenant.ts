import type { QueryRunner } from 'typeorm';

import type { CrossTenantRole } from './roles.js';

export interface CrossTenantGrant {
  readonly role: CrossTenantRole;
  readonly table: string;
  readonly statements: readonly ('select' | 'insert' | 'update' | 'delete')[];
}

/**
 * Lets a role that owns `security definer` functions see the rows of every tenant in one table, for just the
 * statements its functions need. Called in the migration that makes the function.
 */
export const grantAcrossTenants = async (runner: QueryRunner, grant: CrossTenantGrant): Promise<void> => {
  const { role, table, statements } = grant;
  await runner.query(`grant ${statements.join(', ')} on ${table} to ${role}`);
  await runner.query(`drop policy if exists ${role} on ${table}`);
  await runner.query(`create policy ${role} on ${table} to ${role} using (true) with check (true)`);
};

/**
 * Makes a `security definer` function run with the rights of its role, for calls of the application alone. Its search
 * path is fixed, temporary tables last, so no caller can put a relation of its own in the place of ours.
 */
export const handOverFunction = async (
  runner: QueryRunner,
  signature: string,
  role: CrossTenantRole,
): Promise<void> => {
  await runner.query(`alter function ${signature} set search_path = pg_catalog, public, pg_temp`);
  await runner.query(`alter function ${signature} owner to ${role}`);
  await runner.query(`revoke all on function ${signature} from public`);
  await runner.query(`grant execute on function ${signature} to gw_app`);
};
