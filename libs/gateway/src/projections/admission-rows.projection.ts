import { type ApiKeyEvent } from '@app/api-keys';
import type { InlineProjection } from '@app/event-store';
import { type ProjectId, type RecordedEvent, unreachable, uuidOf } from '@app/kernel';
import type { ProjectEvent } from '@app/projects';
import type { ProviderConnectionEvent } from '@app/providers';
import type { EntityManager } from 'typeorm';

type AdmissionEvent = RecordedEvent<
  Exclude<ProjectEvent, { type: 'ProjectDetailsChanged' }> | ApiKeyEvent | ProviderConnectionEvent
>;
type Of<Type extends AdmissionEvent['type']> = Extract<AdmissionEvent, { type: Type }>;

const EVENTS = [
  'ProjectCreated',
  'ProjectSettingsChanged',
  'SpendCapSet',
  'ProjectDeleted',
  'KeyCreated',
  'KeyRevoked',
  'ProviderConnected',
  'ProviderUpdated',
  'ProviderDisconnected',
] as const satisfies readonly AdmissionEvent['type'][];

/**
 * What admissions are judged by, written with the event that changes it: the answer to a change is given when no call
 * can be admitted under the old state any more.
 *
 * The sequence number of the event is the configuration's version: it only rises, and a repeated event changes nothing.
 * A use case that writes events of several projects writes them in the order of the projects' ids: admissions lock the
 * counters in that order too.
 */
export const admissionRowsProjection: InlineProjection = {
  name: 'admission-rows',
  events: EVENTS,
  locksAdmissionRows: true,
  project(recorded: RecordedEvent, tx: EntityManager): Promise<void> {
    const event = recorded as AdmissionEvent;
    switch (event.type) {
      case 'ProjectCreated':
        return openCounters(event, tx);
      case 'ProjectSettingsChanged':
        return changeLimits(event, tx);
      case 'SpendCapSet':
        return changeCap(event, tx);
      case 'ProjectDeleted':
        return closeCounters(event, tx);
      case 'ProviderConnected':
      case 'ProviderUpdated':
      case 'ProviderDisconnected':
        return raiseVersion(event, tx);
      case 'KeyCreated':
        return addKey(event, tx);
      case 'KeyRevoked':
        return revokeKey(event, tx);
      default:
        return unreachable(event);
    }
  },
};

const counterKey = (event: AdmissionEvent & { readonly data: { readonly projectId: ProjectId } }): string[] => [
  uuidOf(event.organizationId),
  uuidOf(event.data.projectId),
];

/** An update visits its rows in any order, so both are locked first, in the order of the primary key. */
const lockCounters = async (tx: EntityManager, key: readonly string[]): Promise<void> => {
  await tx.query(
    `select 1 from counters where organization_id = $1 and scope = 'project' and scope_id = $2
      order by organization_id, scope, scope_id, environment for no key update`,
    [...key],
  );
};

const openCounters = async (event: Of<'ProjectCreated'>, tx: EntityManager): Promise<void> => {
  const { requestsPerMinute, testRequestsPerMinute } = event.data;
  await tx.query(
    `insert into counters (organization_id, scope, scope_id, environment, config_version, own_limit, minute_limit)
     values ($1, 'project', $2, 'production', $3, $4::integer, $4),
            ($1, 'project', $2, 'test', $3, $5::integer, least($4, $5))
         on conflict do nothing`,
    [...counterKey(event), event.seq, requestsPerMinute, testRequestsPerMinute],
  );
};

const changeLimits = async (event: Of<'ProjectSettingsChanged'>, tx: EntityManager): Promise<void> => {
  const key = counterKey(event);
  const { requestsPerMinute = null, testRequestsPerMinute = null } = event.data;
  await lockCounters(tx, key);
  await tx.query(
    `update counters c
        set config_version = greatest(c.config_version, $3), own_limit = n.own_limit,
            -- A test key never gets more than its project.
            minute_limit = least(n.own_limit, n.project_limit)
       from (select environment, own_limit,
                    min(own_limit) filter (where environment = 'production') over () as project_limit
               from (select environment,
                            coalesce(case environment when 'production' then $4::integer else $5::integer end, own_limit)
                              as own_limit
                       from counters
                      where organization_id = $1 and scope = 'project' and scope_id = $2) own) n
      where c.organization_id = $1 and c.scope = 'project' and c.scope_id = $2 and c.environment = n.environment`,
    [...key, event.seq, requestsPerMinute, testRequestsPerMinute],
  );
};

/** Test calls cost the project nothing, so only production has a cap. */
const changeCap = async (event: Of<'SpendCapSet'>, tx: EntityManager): Promise<void> => {
  const key = counterKey(event);
  const { cap } = event.data;
  await lockCounters(tx, key);
  await tx.query(
    `update counters
        set config_version = greatest(config_version, $3),
            cap = case environment when 'production' then $4::bigint end,
            cap_enforced = environment = 'production' and $5
      where organization_id = $1 and scope = 'project' and scope_id = $2`,
    [...key, event.seq, cap?.monthlyMicroUsd ?? null, cap?.enforce ?? false],
  );
};

const closeCounters = async (event: Of<'ProjectDeleted'>, tx: EntityManager): Promise<void> => {
  const key = counterKey(event);
  await lockCounters(tx, key);
  await tx.query(
    `update counters set config_version = greatest(config_version, $3), closed_at = coalesce(closed_at, $4)
      where organization_id = $1 and scope = 'project' and scope_id = $2`,
    [...key, event.seq, event.recordedAt],
  );
};

const raiseVersion = async (
  event: Of<'ProviderConnected' | 'ProviderUpdated' | 'ProviderDisconnected'>,
  tx: EntityManager,
): Promise<void> => {
  const key = counterKey(event);
  await lockCounters(tx, key);
  await tx.query(
    `update counters set config_version = greatest(config_version, $3)
      where organization_id = $1 and scope = 'project' and scope_id = $2`,
    [...key, event.seq],
  );
};

const addKey = async ({ organizationId, data }: Of<'KeyCreated'>, tx: EntityManager): Promise<void> => {
  const { apiKeyId, projectId, environment, keyType, expiresAt } = data;
  await tx.query(
    `insert into admission_keys (organization_id, id, project_id, environment, key_type, expires_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [uuidOf(organizationId), uuidOf(apiKeyId), uuidOf(projectId), environment, keyType, expiresAt],
  );
};

/** Admissions read the key in a statement of its own after their locks, so the counters need not be locked here. */
const revokeKey = async ({ organizationId, data }: Of<'KeyRevoked'>, tx: EntityManager): Promise<void> => {
  await tx.query(
    `update admission_keys set revoked_at = coalesce(revoked_at, $3) where organization_id = $1 and id = $2`,
    [uuidOf(organizationId), uuidOf(data.apiKeyId), data.revokedAt],
  );
};
