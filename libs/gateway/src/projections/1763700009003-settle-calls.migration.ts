import { handOverFunction } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SETTLE_CALLS = `settle_calls(uuid[], uuid[], text[], integer[], uuid[], text[], integer[], text[], integer[],
  integer[], integer[], integer[], integer[], text[], bigint[], integer[], integer[])`;
const CORRECT_CALLS = `correct_calls(uuid[], uuid[], text[], date[], timestamptz, integer[], uuid[], text[], integer[], text[],
  integer[], integer[], integer[], integer[], integer[], text[], bigint[], integer[], integer[])`;
const EXPIRE_CALLS = 'expire_calls(integer)';

/** The end of calls: settled by their node, expired when their node is dead, corrected when it was not. */
export class SettleCalls1763700009003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_CORRECT_CALLS);
    await runner.query(CREATE_SETTLE_CALLS);
    await runner.query(CREATE_EXPIRE_CALLS);
    for (const signature of [CORRECT_CALLS, SETTLE_CALLS, EXPIRE_CALLS]) {
      await handOverFunction(runner, signature, 'gw_admission');
    }
    // Corrections are booked by settlements alone.
    await runner.query(`revoke execute on function ${CORRECT_CALLS} from gw_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function ${EXPIRE_CALLS}, ${SETTLE_CALLS}, ${CORRECT_CALLS}`);
  }
}

/**
 * Books a group of outcomes of any day and answers how many it booked. Only a call that is still open counts, so the
 * same outcome may come any number of times. The status \`expired\` books what was held. Amounts land in the month of the
 * admission: the counter's own, the one before it, or (two months late) in no counter, only in the records.
 */
const CREATE_SETTLE_CALLS = `
  create function settle_calls(
    g_organization uuid[], g_project uuid[], g_environment text[],
    s_group integer[], s_id uuid[], s_status text[], s_http_status integer[], s_error_code text[],
    s_input integer[], s_cache_read integer[], s_cache_write integer[], s_output integer[], s_reasoning integer[],
    s_usage_source text[], s_cost bigint[], s_latency_ms integer[], s_ttft_ms integer[]
  ) returns integer
  language plpgsql security definer
  set plan_cache_mode = force_generic_plan
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off
  as $$
  declare
    clock timestamptz;
    epoch integer;
    months date[];
    settled_ids uuid[];
    corrected integer := 0;
  begin
    perform 1
       from unnest(g_organization, g_project, g_environment) u(organization_id, project_id, environment)
       join counters c on c.organization_id = u.organization_id and c.scope = 'project'
                      and c.scope_id = u.project_id and c.environment = u.environment
      order by c.organization_id, c.scope, c.scope_id, c.environment
        for no key update of c;
    clock := gateway_now();
    epoch := current_epoch();

    select array_agg(s.month) into months
      from (select c.month
              from unnest(g_organization, g_project, g_environment)
                   with ordinality u(organization_id, project_id, environment, place)
              left join counters c on c.organization_id = u.organization_id and c.scope = 'project'
                                  and c.scope_id = u.project_id and c.environment = u.environment
             order by u.place) s;

    with gone as (
      delete from open_calls o
       using unnest(s_group, s_id, s_status, s_http_status, s_error_code, s_input, s_cache_read, s_cache_write, s_output,
                    s_reasoning, s_usage_source, s_cost, s_latency_ms, s_ttft_ms)
             s(g, id, status, http_status, error_code, input, cache_read, cache_write, output, reasoning, usage_source,
               cost, latency_ms, ttft_ms)
       -- Project and environment too: only their counter is locked, and it orders two settlements of one call.
       where o.organization_id = g_organization[s.g] and o.id = s.id
         and o.project_id = g_project[s.g] and o.environment = g_environment[s.g]
      returning o.*, s.g, s.status, s.http_status, s.error_code, s.input, s.cache_read, s.cache_write, s.output,
                s.reasoning, s.usage_source, s.latency_ms, s.ttft_ms,
                case when s.status = 'expired' then o.max_cost else s.cost end as cost,
                date_trunc('month', o.created_at at time zone 'UTC')::date as month
    ), recorded as (
      insert into requests (organization_id, day, id, kind, epoch, project_id, environment, node_id, status, error_code,
                            http_status, api_key_id, agent_id, end_user_hash, operation, streamed, requested_provider,
                            requested_model, provider, model, credential_source, region, input_tokens, cache_read_tokens,
                            cache_write_tokens, output_tokens, reasoning_tokens, usage_source, max_cost, cost,
                            max_charge, charge, overrun, price_version, config_version, created_at, finished_at,
                            latency_ms, ttft_ms, metadata)
      select organization_id, (clock at time zone 'UTC')::date, id, 'call', epoch, project_id, environment, node_id,
             status, error_code, http_status, api_key_id, agent_id, end_user_hash, operation, streamed,
             requested_provider, requested_model, provider, model, credential_source, region, input, cache_read,
             cache_write, output, reasoning, usage_source, max_cost, cost, max_charge, 0,
             coalesce(cost > max_cost, false), price_version, config_version, created_at, clock, latency_ms, ttft_ms,
             metadata
        from gone
    ), booked as (
      update counters c
         set settled = c.settled + u.cost, held = c.held - u.held,
             previous_settled = c.previous_settled + u.previous_cost, previous_held = c.previous_held - u.previous_held
        from (
          select g,
                 coalesce(sum(cost) filter (where month = months[g]), 0)::bigint as cost,
                 coalesce(sum(max_cost) filter (where month = months[g]), 0)::bigint as held,
                 coalesce(sum(cost) filter (where month = months[g] - interval '1 month'), 0)::bigint as previous_cost,
                 coalesce(sum(max_cost) filter (where month < months[g]), 0)::bigint as previous_held
            from gone
           group by g
        ) u
       where c.organization_id = g_organization[u.g] and c.scope = 'project'
         and c.scope_id = g_project[u.g] and c.environment = g_environment[u.g]
    )
    select array_agg(id) into settled_ids from gone;

    if coalesce(cardinality(settled_ids), 0) < cardinality(s_id) then
      corrected := correct_calls(g_organization, g_project, g_environment, months, clock, s_group, s_id, s_status,
        s_http_status, s_error_code, s_input, s_cache_read, s_cache_write, s_output, s_reasoning, s_usage_source, s_cost,
        s_latency_ms, s_ttft_ms);
    end if;
    return coalesce(cardinality(settled_ids), 0) + corrected;
  end
  $$`;

/**
 * Outcomes of calls that were expired before their node reported them: one further row each with what the record of
 * the expiry lacks and the difference of the amounts. Runs under the counter locks of its caller, so a second report
 * sees the correction of the first.
 */
const CREATE_CORRECT_CALLS = `
  create function correct_calls(
    g_organization uuid[], g_project uuid[], g_environment text[], months date[], clock timestamptz,
    s_group integer[], s_id uuid[], s_status text[], s_http_status integer[], s_error_code text[],
    s_input integer[], s_cache_read integer[], s_cache_write integer[], s_output integer[], s_reasoning integer[],
    s_usage_source text[], s_cost bigint[], s_latency_ms integer[], s_ttft_ms integer[]
  ) returns integer
  language plpgsql security definer
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off
  as $$
  declare
    corrected integer;
  begin
    with late as (
      select distinct on (r.organization_id, r.id)
             r.*, s.g, s.status as real_status, s.http_status as real_http_status, s.error_code as real_error_code,
             s.input, s.cache_read, s.cache_write, s.output, s.reasoning, s.usage_source as real_usage_source,
             s.latency_ms as real_latency_ms, s.ttft_ms as real_ttft_ms,
             coalesce(s.cost, 0) - coalesce(r.cost, 0) as difference, coalesce(s.cost > r.max_cost, false) as over,
             date_trunc('month', r.created_at at time zone 'UTC')::date as month
        from unnest(s_group, s_id, s_status, s_http_status, s_error_code, s_input, s_cache_read, s_cache_write, s_output,
                    s_reasoning, s_usage_source, s_cost, s_latency_ms, s_ttft_ms)
             s(g, id, status, http_status, error_code, input, cache_read, cache_write, output, reasoning, usage_source,
               cost, latency_ms, ttft_ms)
        join requests r on r.organization_id = g_organization[s.g] and r.id = s.id and r.kind = 'call'
                       and r.status = 'expired' and r.project_id = g_project[s.g] and r.environment = g_environment[s.g]
                       -- A record is made on the day of its id or later; a node's clock may be a little ahead.
                       and r.day >= uuid_day(s.id) - 1
       where s.status <> 'expired'
         and not exists (select from requests k
                          where k.organization_id = r.organization_id and k.request_id = r.id
                            and k.kind = 'correction' and k.day >= r.day)
       order by r.organization_id, r.id
    ), recorded as (
      insert into requests (organization_id, day, id, request_id, kind, epoch, project_id, environment, node_id, status,
                            error_code, http_status, api_key_id, agent_id, end_user_hash, operation, streamed,
                            requested_provider, requested_model, provider, model, credential_source, region,
                            input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                            usage_source, cost, charge, overrun, price_version, config_version, created_at, finished_at,
                            latency_ms, ttft_ms)
      select organization_id, (clock at time zone 'UTC')::date, time_ordered_uuid(clock), id, 'correction', current_epoch(),
             project_id, environment, node_id, real_status, real_error_code, real_http_status, api_key_id, agent_id,
             end_user_hash, operation, streamed, requested_provider, requested_model, provider, model, credential_source,
             region, input, cache_read, cache_write, output, reasoning, real_usage_source, difference, 0, over,
             price_version, config_version, created_at, clock, real_latency_ms, real_ttft_ms
        from late
    ), booked as (
      update counters c
         set settled = c.settled + u.difference, previous_settled = c.previous_settled + u.previous_difference
        from (
          select g,
                 coalesce(sum(difference) filter (where month = months[g]), 0)::bigint as difference,
                 coalesce(sum(difference) filter (where month = months[g] - interval '1 month'), 0)::bigint
                   as previous_difference
            from late
           group by g
        ) u
       where c.organization_id = g_organization[u.g] and c.scope = 'project'
         and c.scope_id = g_project[u.g] and c.environment = g_environment[u.g]
    )
    select count(*) into corrected from late;
    return corrected;
  end
  $$`;

/**
 * Expires up to \`calls\` open calls of nodes that are no longer alive, at what they hold, and answers how many. Every
 * pass looks at all open calls: an admission that commits after its node was declared dead is found by the next one.
 */
const CREATE_EXPIRE_CALLS = `
  create function expire_calls(calls integer) returns integer
  language plpgsql security definer
  as $$
  declare
    left_open record;
    none integer[];
  begin
    with dead as (
      select o.organization_id, o.project_id, o.environment, o.id,
             dense_rank() over (order by o.organization_id, o.project_id, o.environment)::integer as g
        from open_calls o
       where not exists (select from gateway_nodes n where n.id = o.node_id)
       order by o.organization_id, o.project_id, o.environment
       limit calls
    ), groups as (
      select distinct organization_id, project_id, environment, g from dead
    )
    select (select array_agg(organization_id order by g) from groups) as organizations,
           (select array_agg(project_id order by g) from groups) as projects,
           (select array_agg(environment order by g) from groups) as environments,
           array_agg(g) as g, array_agg(id) as ids, array_agg('expired'::text) as statuses,
           array_agg(null::text) as nothing, count(*)::integer as count
      into left_open
      from dead;
    if left_open.count = 0 then
      return 0;
    end if;
    none := array_fill(null::integer, array[left_open.count]);
    return settle_calls(left_open.organizations, left_open.projects, left_open.environments, left_open.g, left_open.ids,
      left_open.statuses, none, left_open.nothing, none, none, none, none, none, left_open.nothing,
      array_fill(null::bigint, array[left_open.count]), none, none);
  end
  $$`;
