import { setTimeout as sleep } from 'node:timers/promises';

import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';

import { StartError } from '../config/start-error.js';
import type { Secret } from '../encryption/secret.js';

/** Member: the application's login role. Holds every grant of the application; owns nothing. */
const APPLICATION_GROUP = 'gw_app';

/** Owners of the closed list of `security definer` functions that see many tenants; nobody can log in as them. */
const CROSS_TENANT_ROLES = ['gw_admission', 'gw_feed', 'gw_lookup'] as const;
export type CrossTenantRole = (typeof CROSS_TENANT_ROLES)[number];

/**
 * Ends what is stuck, so that no lock of a paused or dead node outlives it: settings of the application's login role.
 * A statement ends on the server before the client gives it up (`ANSWER_LIMIT_MS`).
 */
const ROLE_SETTINGS = {
  statement_timeout: '3s',
  lock_timeout: '2500ms',
  idle_in_transaction_session_timeout: '5s',
} as const;

/** The role of `DATABASE_URL`. With a password it is made if there is none; without one it has to exist. */
export interface ApplicationLogin {
  readonly role: string;
  readonly password?: Secret;
}

/**
 * Makes the roles and their grants, as often as it is called. `owner` is a superuser, or a role with CREATEROLE that
 * owns the database.
 */
export const prepareRoles = async (owner: ClientBase, login: ApplicationLogin | null): Promise<void> => {
  // Roles belong to the whole server: another database of it may be prepared at the same moment.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await makeRoles(owner, login);
      return;
    } catch (error) {
      if (attempt === 20 || !isCollision(error)) throw error;
      await sleep(50 * attempt);
    }
  }
};

const makeRoles = async (owner: ClientBase, login: ApplicationLogin | null): Promise<void> => {
  const roles = [APPLICATION_GROUP, ...CROSS_TENANT_ROLES];
  await administer(owner, await rolesToMake(owner, roles));
  await owner.query(`grant usage on schema public to ${roles.join(', ')}`);
  // Only a member may give functions to these roles; a superuser needs no membership.
  if (!(await isSuperuser(owner))) await administer(owner, await membershipsToGrant(owner, CROSS_TENANT_ROLES));
  if (login !== null) await prepareLogin(owner, login);
};

const rolesToMake = async (owner: ClientBase, roles: readonly string[]): Promise<string[]> => {
  const { rows } = await owner.query<{ role: string }>('select rolname as role from pg_roles where rolname = any($1)', [
    roles,
  ]);
  const present = new Set(rows.map(({ role }) => role));
  return roles.filter((role) => !present.has(role)).map((role) => `create role ${role} nologin`);
};

const membershipsToGrant = async (owner: ClientBase, roles: readonly string[]): Promise<string[]> => {
  const { rows } = await owner.query<{ role: string }>(
    `select role from unnest($1::text[]) as role where not pg_has_role(role, 'usage')`,
    [roles],
  );
  return rows.map(({ role }) => `grant ${role} to current_user`);
};

const prepareLogin = async (owner: ClientBase, { role, password }: ApplicationLogin): Promise<void> => {
  const name = escapeIdentifier(role);
  const exists = (await owner.query('select from pg_roles where rolname = $1', [role])).rowCount === 1;
  if (!exists && password !== undefined) {
    await owner.query(`create role ${name} login password ${escapeLiteral(password.reveal())}`);
  } else if (!exists) {
    throw new StartError(`DATABASE_URL: there is no role ${name}: create it, it needs no rights of its own.`);
  }
  await refusePowerfulLogin(owner, role);
  await administer(owner, await loginChanges(owner, role));
};

const loginChanges = async (owner: ClientBase, role: string): Promise<string[]> => {
  const { rows } = await owner.query<{ member: boolean; settings: string | null }>(
    `select pg_has_role(r.oid, $2, 'usage') as member, array_to_string(s.setconfig, ' ') as settings
       from pg_roles r left join pg_db_role_setting s on s.setrole = r.oid and s.setdatabase = 0
      where r.rolname = $1`,
    [role, APPLICATION_GROUP],
  );
  const name = escapeIdentifier(role);
  const settings = rows[0]?.settings ?? '';
  return [
    ...(rows[0]?.member === true ? [] : [`grant ${APPLICATION_GROUP} to ${name}`]),
    ...Object.entries(ROLE_SETTINGS)
      .filter(([setting]) => !settings.includes(`${setting}=`))
      .map(([setting, value]) => `alter role ${name} set ${setting} = '${value}'`),
  ];
};

/** Runs statements that an owner may lack the right to; an administrator can then run them instead. */
const administer = async (owner: ClientBase, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) {
    try {
      await owner.query(statement);
    } catch (error) {
      if (!hasCode(error, INSUFFICIENT_PRIVILEGE)) throw error;
      throw new StartError(
        `The role of DATABASE_ADMIN_URL may not prepare the roles; let an administrator of the server run: ${statements.join('; ')};`,
      );
    }
  }
};

/** Row-level security binds neither superusers nor owners, so the application must be neither. */
const refusePowerfulLogin = async (owner: ClientBase, role: string): Promise<void> => {
  const { rows } = await owner.query<{ powerful: boolean; owns: boolean }>(
    `select r.rolsuper or r.rolbypassrls as powerful,
            exists (select from pg_class c where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace)
              or exists (select from pg_database d where d.datdba = r.oid and d.datname = current_database()) as owns
       from pg_roles r where r.rolname = $1`,
    [role],
  );
  if (rows[0]?.powerful === true || rows[0]?.owns === true) {
    throw new StartError(
      `DATABASE_URL: the role ${escapeIdentifier(role)} is a superuser, bypasses row-level security or owns the database; the application needs a plain role of its own.`,
    );
  }
};

/** Lets the definer roles take functions over while migrations run; the right to create ends with them. */
export const allowFunctionOwners = async (owner: ClientBase, allowed: boolean): Promise<void> => {
  const roles = CROSS_TENANT_ROLES.join(', ');
  await owner.query(
    allowed ? `grant create on schema public to ${roles}` : `revoke create on schema public from ${roles}`,
  );
};

const INSUFFICIENT_PRIVILEGE = '42501';
const DUPLICATE_OBJECT = '42710';
const UNIQUE_VIOLATION = '23505';

const hasCode = (error: unknown, code: string): boolean => (error as { code?: unknown }).code === code;

const isCollision = (error: unknown): boolean =>
  hasCode(error, DUPLICATE_OBJECT) ||
  hasCode(error, UNIQUE_VIOLATION) ||
  (error instanceof Error && error.message.startsWith('tuple concurrently'));

const isSuperuser = async (owner: ClientBase): Promise<boolean> =>
  (await owner.query('select from pg_roles where rolname = current_user and rolsuper')).rowCount === 1;
