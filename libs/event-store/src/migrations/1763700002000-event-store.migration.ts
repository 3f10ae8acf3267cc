import { handOverFunction, protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EventStore1763700002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await clusterEpochs(runner);
    await events(runner);
    await eventFeed(runner);
    await eventOrigins(runner);
    await idempotentAnswers(runner);
    await readerPartitions(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table reader_partitions, idempotent_answers, event_origins');
    await runner.query('drop function read_event_feed(integer, xid8, bigint, integer)');
    await runner.query('drop table events');
    await runner.query('drop function current_epoch()');
    await runner.query('drop table cluster_epochs');
  }
}

/**
 * Transaction ids begin anew in another cluster, so events are ordered by epoch first. The newest epoch belongs to the
 * cluster the events were last written in; a database that finds itself in another one begins the next epoch, also when
 * it comes back to a cluster it has been in.
 */
const clusterEpochs = async (runner: QueryRunner): Promise<void> => {
  await runner.query(`
    create table cluster_epochs (
      epoch integer primary key check (epoch > 0),
      system_identifier bigint not null,
      began_at timestamptz not null default clock_timestamp())`);
  await runner.query('grant select, insert on cluster_epochs to gw_feed');
  // Asked by the server for every event, so a process that was running while the database moved cannot be wrong.
  await runner.query(`
    create function current_epoch() returns integer
    language plpgsql volatile security definer as $$
    declare
      this_cluster constant bigint := (select system_identifier from pg_control_system());
      newest cluster_epochs;
    begin
      loop
        select * into newest from cluster_epochs order by epoch desc limit 1;
        if newest.system_identifier = this_cluster then
          return newest.epoch;
        end if;
        insert into cluster_epochs (epoch, system_identifier)
        values (coalesce(newest.epoch, 0) + 1, this_cluster) on conflict (epoch) do nothing;
      end loop;
    end $$`);
  await handOverFunction(runner, 'current_epoch()', 'gw_feed');
};

/**
 * `data` and `metadata` are `json`, not `jsonb`: the hash chain covers their text, and `json` keeps every byte of it.
 */
const events = async (runner: QueryRunner): Promise<void> => {
  await runner.query(`
    create table events (
      organization_id uuid not null,
      seq bigint not null check (seq > 0),
      id uuid not null,
      stream_id text not null,
      version integer not null check (version > 0),
      type text not null,
      schema_version integer not null check (schema_version > 0),
      project_id uuid,
      data json not null,
      metadata json not null,
      recorded_at timestamptz not null,
      epoch integer not null default current_epoch(),
      xid xid8 not null default pg_current_xact_id(),
      position bigint not null generated always as identity,
      salt bytea not null check (octet_length(salt) = 16),
      leaf bytea not null check (octet_length(leaf) = 32),
      link bytea not null check (octet_length(link) = 32),
      primary key (organization_id, seq),
      unique (organization_id, stream_id, version),
      unique (organization_id, id))`);
  await runner.query('create index events_feed on events (epoch, xid, position)');
  await protectTenantTable(runner, 'events', { application: ['select'] });
  // Not epoch, xid and position: an event with an old place in the feed would be passed over by every reader.
  await runner.query(`
    grant insert (organization_id, seq, id, stream_id, version, type, schema_version, project_id, data, metadata,
                  recorded_at, salt, leaf, link) on events to gw_app`);
};

/**
 * A page of the feed: where events are, not what they hold. It ends below the oldest transaction that is still running,
 * so nothing can appear behind a cursor later; of earlier epochs no transaction can be running.
 */
const eventFeed = async (runner: QueryRunner): Promise<void> => {
  const signature = 'read_event_feed(integer, xid8, bigint, integer)';
  await runner.query(`
    grant select (organization_id, seq, id, type, project_id, epoch, xid, position) on events to gw_feed`);
  await runner.query('create policy gw_feed on events for select to gw_feed using (true)');
  await runner.query(`
    create function read_event_feed(after_epoch integer, after_xid xid8, after_position bigint, page_size integer)
    returns table (organization_id uuid, seq bigint, id uuid, type text, project_id uuid,
                   epoch integer, xid xid8, "position" bigint)
    language sql stable security definer as $$
      select e.organization_id, e.seq, e.id, e.type, e.project_id, e.epoch, e.xid, e.position
        from events e
       where (e.epoch, e.xid, e.position) > (after_epoch, after_xid, after_position)
         and (e.epoch, e.xid) < (
           (select newest.epoch + (newest.system_identifier <> this_cluster.system_identifier)::integer
              from cluster_epochs newest, pg_control_system() this_cluster
             order by newest.epoch desc limit 1),
           pg_snapshot_xmin(pg_current_snapshot()))
       order by e.epoch, e.xid, e.position
       limit page_size
    $$`);
  await handOverFunction(runner, signature, 'gw_feed');
};

/** What is known of a person behind an event, beside it, so that it can be erased. */
const eventOrigins = async (runner: QueryRunner): Promise<void> => {
  await runner.query(`
    create table event_origins (
      organization_id uuid not null,
      event_id uuid not null,
      account_id uuid,
      ip text,
      user_agent text,
      salt bytea not null check (octet_length(salt) = 16),
      primary key (organization_id, event_id))`);
  await runner.query(`
    create index event_origins_account on event_origins (organization_id, account_id) where account_id is not null`);
  await protectTenantTable(runner, 'event_origins', { application: ['select', 'insert', 'delete'] });
};

const idempotentAnswers = async (runner: QueryRunner): Promise<void> => {
  await runner.query(`
    create table idempotent_answers (
      organization_id uuid not null,
      claim text not null,
      body text not null,
      key_id text not null,
      sealed bytea not null,
      created_at timestamptz not null,
      primary key (organization_id, claim))`);
  await runner.query('create index idempotent_answers_age on idempotent_answers (organization_id, created_at)');
  await protectTenantTable(runner, 'idempotent_answers', { application: ['select', 'insert', 'update', 'delete'] });
};

/** Who reads the feed, how far it is and until when it may. No tenant's row: it holds a place, not a fact. */
const readerPartitions = async (runner: QueryRunner): Promise<void> => {
  await runner.query(`
    create table reader_partitions (
      name text not null,
      partition integer not null default 0,
      owner uuid not null,
      fencing bigint not null,
      lease_until timestamptz not null,
      cursor_epoch integer not null default 0,
      cursor_xid xid8 not null default '0',
      cursor_position bigint not null default 0,
      primary key (name, partition))`);
  await runner.query('grant select, insert, update on reader_partitions to gw_app');
};
