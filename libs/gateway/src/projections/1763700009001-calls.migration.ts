import { grantAcrossTenants, handOverFunction, protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls in flight, finished calls by day, and the dense numbers of finished calls. */
export class Calls1763700009001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('grant execute on function current_epoch() to gw_admission');
    await runner.query(RANDOM_SALT);
    await runner.query(TIME_ORDERED_UUID);
    await runner.query(UUID_DAY);

    await runner.query(OPEN_CALLS);
    await protectTenantTable(runner, 'open_calls', { application: ['select'] });
    await grantAcrossTenants(runner, {
      role: 'gw_admission',
      table: 'open_calls',
      statements: ['select', 'insert', 'delete'],
    });

    await runner.query('create sequence requests_position');
    await runner.query(REQUESTS);
    await runner.query('create index requests_feed on requests (epoch, xid, position)');
    await runner.query(`
      create index requests_list on requests (organization_id, project_id, created_at desc, id desc)
        where kind in ('call', 'blocked')`);
    await runner.query(`
      create index requests_of_request on requests (organization_id, request_id) where request_id is not null`);
    await protectTenantTable(runner, 'requests', { application: ['select'] });
    await grantAcrossTenants(runner, { role: 'gw_admission', table: 'requests', statements: ['select', 'insert'] });
    await grantAcrossTenants(runner, { role: 'gw_feed', table: 'requests', statements: ['select'] });

    await runner.query(REQUEST_NUMBERS);
    await protectTenantTable(runner, 'request_numbers', { application: ['select'] });

    // Only an owner may attach a partition. The partitions have a schema of their own that nobody else may enter, so
    // a partition cannot be read past the policies of `requests`.
    await runner.query('create schema request_days');
    await runner.query('alter schema request_days owner to gw_admission');
    await runner.query('alter table requests owner to gw_admission');
    await runner.query('alter sequence requests_position owner to gw_admission');
    await runner.query(ENSURE_REQUEST_DAYS);
    await handOverFunction(runner, 'ensure_request_days(integer)', 'gw_admission');
    await runner.query('select ensure_request_days(7)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function ensure_request_days(integer)');
    await runner.query('drop table request_numbers, requests, open_calls');
    await runner.query('drop schema request_days');
    await runner.query('drop sequence requests_position');
    await runner.query('revoke execute on function current_epoch() from gw_admission');
    await runner.query('drop function uuid_day(uuid), time_ordered_uuid(timestamptz), random_salt()');
  }
}

/** 16 random bytes; a random UUID alone has 122 random bits. */
const RANDOM_SALT = `
  create function random_salt() returns bytea language sql volatile as $$
    select substring(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) from 1 for 16)
  $$`;

/** A UUIDv7, as \`newId\` makes them: 48 bits of milliseconds over a random UUID, whose version 4 becomes 7 with two bits. */
const TIME_ORDERED_UUID = `
  create function time_ordered_uuid(at timestamptz) returns uuid language sql volatile as $$
    select encode(set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
              placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
  $$`;

/** The UTC day in which a UUIDv7 was made. */
const UUID_DAY = `
  create function uuid_day(id uuid) returns date language sql immutable strict as $$
    select (to_timestamp(('x' || substring(encode(uuid_send(id), 'hex') from 1 for 12))::bit(48)::bigint / 1000.0)
            at time zone 'UTC')::date
  $$`;

/**
 * Calls in flight: inserted by an admission, deleted by the settlement, so the table stays as large as the load of a few
 * seconds. Durable: these rows prove what is held. No index but the key; without truncation, which would lock the
 * table under load. Empty columns are those of wallets, agents, end users, failover and regions.
 *
 * \`metadata\` is the customer's free text, sealed with the project's data key: destroying that key erases it in every
 * row, partition and backup at once. Provider and model are identifiers from the configuration, needed for filters.
 */
const OPEN_CALLS = `
  create table open_calls (
    organization_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    environment text not null,
    node_id uuid not null,
    api_key_id uuid not null,
    agent_id uuid,
    end_user_hash bytea,
    operation text,
    streamed boolean not null,
    requested_provider text,
    requested_model text,
    provider text not null,
    model text not null,
    credential_source text not null,
    region text,
    max_cost bigint,
    max_charge bigint,
    price_version text,
    config_version bigint not null,
    created_at timestamptz not null,
    metadata text,
    primary key (organization_id, id)
  ) with (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0,
          autovacuum_vacuum_insert_threshold = -1, vacuum_truncate = off)`;

/**
 * The feed of finished calls and what is booked after them; rows are never updated, so a reader that has passed one has
 * seen it. \`day\` is the UTC day the row was made, \`(epoch, xid, position)\` its place in the feed, \`created_at\` the
 * admission of the call it belongs to.
 *
 * - \`call\`, \`blocked\`: one call, \`id\` is its request id.
 * - \`correction\` (a call that was expired and then reported), \`adjustment\` (priced anew): further rows of
 *   \`request_id\`; their amounts are differences, so sums over all rows are right.
 * - \`refusal\`: the first refused call of a key, minute and reason; the counts are in \`refusals\`.
 */
const REQUESTS = `
  create table requests (
    organization_id uuid not null,
    day date not null,
    id uuid not null,
    request_id uuid,
    kind text not null check (kind in ('call', 'blocked', 'correction', 'adjustment', 'refusal')),
    epoch integer not null,
    xid xid8 not null default pg_current_xact_id(),
    position bigint not null default nextval('requests_position'),
    salt bytea not null default random_salt(),
    project_id uuid not null,
    environment text not null,
    node_id uuid,
    status text not null
      check (status in ('completed', 'failed', 'blocked', 'canceled', 'expired', 'refused', 'adjusted')),
    reason text,
    error_code text,
    http_status smallint,
    incident_id uuid,
    api_key_id uuid,
    agent_id uuid,
    end_user_hash bytea,
    operation text,
    streamed boolean,
    requested_provider text,
    requested_model text,
    provider text,
    model text,
    credential_source text,
    region text,
    attempts smallint,
    fallback_reason text,
    finish_reason text,
    input_tokens integer,
    cache_read_tokens integer,
    cache_write_tokens integer,
    output_tokens integer,
    reasoning_tokens integer,
    usage_source text,
    max_cost bigint,
    cost bigint,
    max_charge bigint,
    charge bigint,
    overrun boolean not null default false,
    price_version text,
    config_version bigint,
    created_at timestamptz not null,
    finished_at timestamptz not null,
    latency_ms integer,
    ttft_ms integer,
    metadata text,
    primary key (organization_id, day, id)
  ) partition by range (day)`;

/** The public order of an organization's feed rows, dense from 1, with the hash that outlives the row. */
const REQUEST_NUMBERS = `
  create table request_numbers (
    organization_id uuid not null,
    seq bigint not null,
    request_id uuid not null,
    day date not null,
    leaf bytea not null,
    primary key (organization_id, seq),
    unique (organization_id, request_id)
  )`;

/**
 * Makes the partitions of yesterday to \`ahead\` days from today. \`like\` and \`attach\` let calls go on, \`partition of\`
 * would lock them out. There is no default partition: attaching would have to scan it under a lock.
 */
const ENSURE_REQUEST_DAYS = `
  create function ensure_request_days(ahead integer) returns void
  language plpgsql security definer
  as $$
  declare
    today date := (gateway_now() at time zone 'UTC')::date;
    day date;
    name text;
  begin
    if ahead not between 0 and 31 then
      raise exception 'days ahead must be 0 to 31' using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(hashtext('ensure_request_days'));
    for i in -1 .. ahead loop
      day := today + i;
      name := 'day_' || to_char(day, 'YYYYMMDD');
      continue when to_regclass('request_days.' || name) is not null;
      execute format('create table request_days.%I (like public.requests including defaults including constraints)', name);
      execute format('alter table request_days.%I enable row level security', name);
      execute format('alter table request_days.%I force row level security', name);
      execute format('alter table public.requests attach partition request_days.%I for values from (%L) to (%L)',
                     name, day, day + 1);
    end loop;
  end
  $$`;
