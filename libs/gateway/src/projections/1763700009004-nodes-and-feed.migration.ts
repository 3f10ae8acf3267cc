import { handOverFunction } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const FUNCTIONS = [
  { signature: 'register_gateway_node(uuid)', owner: 'gw_admission' },
  { signature: 'beat_gateway_node(uuid)', owner: 'gw_admission' },
  { signature: 'gateway_heartbeats()', owner: 'gw_admission' },
  { signature: 'remove_gateway_node(uuid, bigint)', owner: 'gw_admission' },
  { signature: 'read_request_feed(integer, xid8, bigint, date, integer)', owner: 'gw_feed' },
] as const;

/** Life and death of gateway nodes, and the reading of the feed of finished calls. */
export class NodesAndFeed1763700009004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [REGISTER, BEAT, HEARTBEATS, REMOVE, READ_FEED]) await runner.query(statement);
    for (const { signature, owner } of FUNCTIONS) {
      await handOverFunction(runner, signature, owner);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { signature } of FUNCTIONS) await runner.query(`drop function ${signature}`);
  }
}

const REGISTER = `
  create function register_gateway_node(node uuid) returns void
  language sql security definer
  as 'insert into gateway_nodes (id) values (node)'`;

/** False: the node has been declared dead and must go on under a new id. */
const BEAT = `
  create function beat_gateway_node(node uuid) returns boolean
  language plpgsql security definer
  as $$
  begin
    update gateway_nodes set heartbeat = heartbeat + 1 where id = node;
    return found;
  end
  $$`;

const HEARTBEATS = `
  create function gateway_heartbeats() returns table (node_id uuid, heartbeat bigint)
  language sql stable security definer
  as 'select id, heartbeat from gateway_nodes'`;

/** Declares a node dead, unless it has beaten since \`seen\`; a node that stops in order passes null. */
const REMOVE = `
  create function remove_gateway_node(node uuid, seen bigint) returns boolean
  language plpgsql security definer
  as $$
  begin
    delete from gateway_nodes where id = node and (seen is null or heartbeat = seen);
    return found;
  end
  $$`;

/**
 * Rows of the feed behind a cursor, in order. Nothing can appear behind it later: every transaction below the
 * snapshot's xmin has ended, and of an earlier epoch no transaction can be running. \`since\` is the day of the cursor's
 * row and only spares older partitions (a day more, because a later transaction may have read the clock earlier).
 */
const READ_FEED = `
  create function read_request_feed(after_epoch integer, after_xid xid8, after_position bigint, since date, page_size integer)
  returns table (organization_id uuid, project_id uuid, id uuid, request_id uuid, kind text, status text, day date,
                 epoch integer, xid xid8, "position" bigint)
  language plpgsql security definer
  as $$
  #variable_conflict use_column
  declare
    this_epoch constant integer := current_epoch();
  begin
    return query
      select r.organization_id, r.project_id, r.id, r.request_id, r.kind, r.status, r.day, r.epoch, r.xid, r.position
        from requests r
       where (r.epoch, r.xid, r.position) > (after_epoch, after_xid, after_position)
         and (r.epoch, r.xid) < (this_epoch, pg_snapshot_xmin(pg_current_snapshot()))
         and r.day >= since - 1
       order by r.epoch, r.xid, r.position
       limit page_size;
  end
  $$`;
