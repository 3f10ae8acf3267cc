import { handOverFunction } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SIGNATURE = `admit_calls(uuid, uuid[], uuid[], text[], bigint[], integer[], uuid[], integer[], uuid[], bigint[],
  text[], text[], text[], boolean[], text[], text[])`;

/** The decision about a group of calls, in one transaction. */
export class AdmitCalls1763700009002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEADING_ZEROS);
    await runner.query(ADMIT_CALLS);
    await handOverFunction(runner, SIGNATURE, 'gw_admission');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function ${SIGNATURE}`);
    await runner.query('drop function leading_zeros(integer[])');
  }
}

/** Counts of nothing are single zeros, so the text of them all tells how many stand in front. */
const LEADING_ZEROS = `
  create function leading_zeros(counts integer[]) returns integer language sql stable as $$
    select length(array_to_string(counts, '')) - length(ltrim(array_to_string(counts, ''), '0'))
  $$`;

/**
 * Counters come as groups (\`g_…\`), keys name their group (\`k_group\`), calls name their key (\`c_key\`), all counted
 * from 1. One letter a call in order: A admitted, S stale configuration, K key, R rate, C cap, U unpriced. Beside it,
 * per group: the minute limit, the calls that counted before this group, the second of the oldest of them, what is
 * spent and held, and the enforced cap.
 *
 * Lock order, here and everywhere: wallets, then counters in primary-key order, then refusals, then calls.
 *
 * The planner expects 100 rows of every array and none in a fresh partition, and would scan whole tables for that:
 * hence the settings.
 */
const ADMIT_CALLS = `
  create function admit_calls(
    node uuid,
    g_organization uuid[], g_project uuid[], g_environment text[], g_version bigint[],
    k_group integer[], k_id uuid[],
    c_key integer[], c_id uuid[], c_max_cost bigint[], c_provider text[], c_model text[], c_credential_source text[],
    c_streamed boolean[], c_metadata text[], c_price_version text[],
    out verdicts text, out created_at text, out limits integer[], out used integer[], out oldest bigint[],
    out spent bigint[], out caps bigint[]
  )
  language plpgsql security definer
  set plan_cache_mode = force_generic_plan
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off
  as $$
  #variable_conflict use_column
  declare
    clock timestamptz;
    second bigint;
    this_month date;
    g integer;
    verdict "char";
    decided "char"[];
    is_open boolean[];
    versions bigint[];
    rooms bigint[];
    key_is_good boolean[];
    calls integer[];
    holds bigint[];
    counted integer[];
    any_admitted boolean := false;
    any_refused boolean := false;
  begin
    perform 1
       from unnest(g_organization, g_project, g_environment) u(organization_id, project_id, environment)
       join counters c on c.organization_id = u.organization_id and c.scope = 'project'
                      and c.scope_id = u.project_id and c.environment = u.environment
      order by c.organization_id, c.scope, c.scope_id, c.environment
        for no key update of c;

    -- After the locks: time never runs backwards on a counter row.
    clock := gateway_now();
    second := floor(extract(epoch from clock));
    this_month := date_trunc('month', clock at time zone 'UTC');

    -- A new statement has a new snapshot: it sees what the last holder of the locks committed.
    select array_agg(s.is_open), array_agg(s.config_version), array_agg(s.minute_limit), array_agg(s.used),
           array_agg(case when s.used > 0 then s.oldest else second end), array_agg(s.spent), array_agg(s.cap),
           array_agg(s.cap - s.spent), array_agg(0), array_agg(0::bigint)
      into is_open, versions, limits, used, oldest, spent, caps, rooms, calls, holds
      from (
        select c.scope_id is not null and c.closed_at is null as is_open, c.config_version, c.minute_limit,
               case when w.passed = 0 then c.window_count
                    when w.passed = 61 then 0
                    else c.window_count - (select sum(n) from unnest(c.window_seconds[1 : w.passed]) n) end as used,
               -- Looked for only when the one that is known has left the window, once a second at most.
               case when c.window_start >= second - 60 then c.window_start
                    else c.window_end - 60 + w.passed + leading_zeros(c.window_seconds[w.passed + 1 : 61]) end as oldest,
               case when c.month < this_month then 0 else c.settled + c.held end as spent,
               case when c.cap_enforced then c.cap end as cap
          from unnest(g_organization, g_project, g_environment)
               with ordinality u(organization_id, project_id, environment, place)
          left join counters c on c.organization_id = u.organization_id and c.scope = 'project'
                              and c.scope_id = u.project_id and c.environment = u.environment
          left join lateral (select greatest(least(second - c.window_end, 61), 0)::integer as passed) w on true
         order by u.place
      ) s;
    counted := used;

    select array_agg(s.is_good) into key_is_good
      from (
        select coalesce(k.revoked_at is null and (k.expires_at is null or k.expires_at > clock)
                        and k.project_id = g_project[u.g] and k.environment = g_environment[u.g], false) as is_good
          from unnest(k_group, k_id) with ordinality u(g, id, place)
          left join admission_keys k on k.organization_id = g_organization[u.g] and k.id = u.id
         order by u.place
      ) s;

    -- In the order of arrival: what an earlier call took is gone for the later ones.
    for i in 1 .. cardinality(c_id) loop
      g := k_group[c_key[i]];
      if not is_open[g] or not key_is_good[c_key[i]] then verdict := 'K';
      elsif versions[g] <> g_version[g] then verdict := 'S';
      elsif counted[g] >= limits[g] then verdict := 'R';
      elsif caps[g] is not null and c_max_cost[i] is null then verdict := 'U';
      elsif c_max_cost[i] > rooms[g] then verdict := 'C';
      else
        verdict := 'A';
        any_admitted := true;
        counted[g] := counted[g] + 1;
        calls[g] := calls[g] + 1;
        holds[g] := holds[g] + coalesce(c_max_cost[i], 0);
        rooms[g] := rooms[g] - coalesce(c_max_cost[i], 0);
      end if;
      decided[i] := verdict;
      any_refused := any_refused or verdict not in ('A', 'S');
    end loop;

    if any_refused then
      with refused as (
        select g_organization[k_group[u.k]] as organization_id, g_project[k_group[u.k]] as project_id,
               g_environment[k_group[u.k]] as environment, k_id[u.k] as api_key_id,
               case u.verdict when 'K' then 'key' when 'R' then 'rate' when 'C' then 'cap' else 'unpriced' end as reason,
               count(*) as count
          from unnest(c_key, decided) u(k, verdict)
         -- Without its counter row the project is unknown and nothing may be written in its name.
         where u.verdict not in ('A', 'S') and versions[k_group[u.k]] is not null
         group by 1, 2, 3, 4, 5
         order by 1, 2, 3, 4, 5
      ), counts as (
        insert into refusals as r (organization_id, project_id, environment, api_key_id, minute, reason, count)
        select organization_id, project_id, environment, api_key_id, date_trunc('minute', clock), reason, count
          from refused
            on conflict (organization_id, project_id, environment, api_key_id, minute, reason)
            do update set count = r.count + excluded.count
        returning r.organization_id, r.project_id, r.environment, r.api_key_id, r.reason, r.count
      )
      insert into requests (organization_id, day, id, kind, epoch, project_id, environment, node_id, status, reason,
                            api_key_id, created_at, finished_at)
      select n.organization_id, (clock at time zone 'UTC')::date, time_ordered_uuid(clock), 'refusal', current_epoch(),
             n.project_id, n.environment, node, 'refused', n.reason, n.api_key_id, clock, clock
        from counts n
        join refused u on u.organization_id = n.organization_id and u.project_id = n.project_id
                      and u.environment = n.environment and u.api_key_id = n.api_key_id and u.reason = n.reason
       -- The count is that of this group alone exactly when the row is new.
       where n.count = u.count;
    end if;

    if any_admitted then
      update counters c
         set month = greatest(c.month, this_month),
             settled = case when c.month < this_month then 0 else c.settled end,
             held = case when c.month < this_month then 0 else c.held end + u.hold,
             previous_settled = case when c.month >= this_month then c.previous_settled
                                     when c.month = this_month - interval '1 month' then c.settled
                                     else 0 end,
             previous_held = c.previous_held + case when c.month < this_month then c.held else 0 end,
             window_end = greatest(c.window_end, second),
             window_start = u.oldest,
             window_count = u.counted,
             window_seconds = case
               when second <= c.window_end then c.window_seconds[1:60] || c.window_seconds[61] + u.calls
               else c.window_seconds[least(second - c.window_end, 61)::integer + 1 : 61]
                    || array_fill(0, array[least(second - c.window_end, 61)::integer - 1]) || u.calls end
        from unnest(g_organization, g_project, g_environment, calls, holds, counted, oldest)
             u(organization_id, project_id, environment, calls, hold, counted, oldest)
       where c.organization_id = u.organization_id and c.scope = 'project' and c.scope_id = u.project_id
         and c.environment = u.environment and u.calls > 0;

      insert into open_calls (organization_id, id, project_id, environment, node_id, api_key_id, streamed, provider, model,
                              credential_source, max_cost, price_version, config_version, created_at, metadata)
      select g_organization[k_group[u.k]], u.id, g_project[k_group[u.k]], g_environment[k_group[u.k]], node, k_id[u.k],
             u.streamed, u.provider, u.model, u.credential_source, u.max_cost, u.price_version,
             g_version[k_group[u.k]], clock, u.metadata
        from unnest(c_key, c_id, c_max_cost, c_provider, c_model, c_credential_source, c_streamed, c_metadata,
                    c_price_version, decided)
             u(k, id, max_cost, provider, model, credential_source, streamed, metadata, price_version, verdict)
       where u.verdict = 'A';
    end if;

    verdicts := array_to_string(decided, '');
    created_at := to_char(clock at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  end
  $$`;
