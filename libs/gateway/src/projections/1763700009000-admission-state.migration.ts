import { grantAcrossTenants, protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an admission is judged by: counters with their limits and caps, keys, refusal counts, living nodes. */
export class AdmissionState1763700009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The one clock of admission and settlement; a test puts another in its place.
    await runner.query(`
      create function gateway_now() returns timestamptz language sql volatile
        as 'select clock_timestamp()'`);
    await runner.query(COUNTERS);
    await protectTenantTable(runner, 'counters', { application: ['select'] });
    // The application sets limits; what has been counted and spent is written by the admission functions alone.
    await runner.query(`
      grant insert (organization_id, scope, scope_id, environment, config_version, own_limit, minute_limit)
        on counters to gw_app`);
    await runner.query(`
      grant update (config_version, own_limit, minute_limit, cap, cap_enforced, closed_at) on counters to gw_app`);
    await grantAcrossTenants(runner, { role: 'gw_admission', table: 'counters', statements: ['select', 'update'] });

    await runner.query(ADMISSION_KEYS);
    await protectTenantTable(runner, 'admission_keys', { application: ['select', 'insert', 'update'] });
    await grantAcrossTenants(runner, { role: 'gw_admission', table: 'admission_keys', statements: ['select'] });

    await runner.query(REFUSALS);
    await protectTenantTable(runner, 'refusals', { application: ['select'] });
    await grantAcrossTenants(runner, {
      role: 'gw_admission',
      table: 'refusals',
      statements: ['select', 'insert', 'update'],
    });

    // Belongs to no tenant: only the functions of `gw_admission` reach it.
    await runner.query(GATEWAY_NODES);
    await runner.query('alter table gateway_nodes enable row level security');
    await runner.query('alter table gateway_nodes force row level security');
    await grantAcrossTenants(runner, {
      role: 'gw_admission',
      table: 'gateway_nodes',
      statements: ['select', 'insert', 'update', 'delete'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table gateway_nodes, refusals, admission_keys, counters');
    await runner.query('drop function gateway_now()');
  }
}

/**
 * One row counts the calls and the money of one thing in one environment. `project` is the only scope so far; keys,
 * end users and token windows are further scopes. The row is rewritten by every admission and settlement, so pages stay
 * half empty (the new version lands beside the old one, no index entry is made) and are vacuumed after 200 dead rows.
 *
 * - `own_limit` is the setting, `minute_limit` what holds: a test key never gets more than its project.
 * - `window_seconds` are 61 one-second buckets, the newest last, `window_count` is their sum: with 61 of them no 60
 *   seconds anywhere hold more than the limit. `window_end` is the second of the newest bucket, `window_start` of the
 *   oldest that counts a call.
 * - `settled` and `held` belong to `month`; `previous_settled` to the month before it, `previous_held` to all calls
 *   that are still open from any earlier month.
 */
const COUNTERS = `
  create table counters (
    organization_id uuid not null,
    scope text collate "C" not null,
    scope_id uuid not null,
    environment text collate "C" not null check (environment in ('production', 'test')),
    config_version bigint not null,
    closed_at timestamptz,
    own_limit integer,
    minute_limit integer check (scope <> 'project' or minute_limit is not null),
    window_start bigint not null default 0,
    window_end bigint not null default 0,
    window_count integer not null default 0,
    window_seconds integer[] not null default array_fill(0, array[61]),
    cap bigint,
    cap_enforced boolean not null default false,
    month date not null default '2000-01-01',
    settled bigint not null default 0,
    held bigint not null default 0,
    previous_settled bigint not null default 0,
    previous_held bigint not null default 0,
    primary key (organization_id, scope, scope_id, environment)
  ) with (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0,
          autovacuum_vacuum_cost_delay = 0)`;

/** The keys as an admission must see them: written in the transaction that creates or revokes a key. */
const ADMISSION_KEYS = `
  create table admission_keys (
    organization_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    environment text collate "C" not null check (environment in ('production', 'test')),
    key_type text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (organization_id, id)
  )`;

/** Refused calls make no record of their own, or whoever sends them would decide how much is stored. */
const REFUSALS = `
  create table refusals (
    organization_id uuid not null,
    project_id uuid not null,
    environment text collate "C" not null,
    api_key_id uuid not null,
    minute timestamptz not null,
    reason text collate "C" not null,
    count bigint not null,
    primary key (organization_id, project_id, environment, api_key_id, minute, reason)
  ) with (fillfactor = 70)`;

/** The living nodes, one id per process start. A dead node has no row: its open calls are found by that. */
const GATEWAY_NODES = `
  create table gateway_nodes (
    id uuid primary key,
    started_at timestamptz not null default clock_timestamp(),
    heartbeat bigint not null default 0
  ) with (fillfactor = 50)`;
