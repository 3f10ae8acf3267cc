import { type Actor, type RecordedEvent, unreachable, uuidOf } from '@app/kernel';
import type { InlineProjection } from '@app/event-store';
import type { ProjectEvent } from '@app/projects';
import type { EntityManager } from 'typeorm';

import type { ApiKeyEvent } from '../domain/api-key.events.js';

type Shown = RecordedEvent<ApiKeyEvent | Extract<ProjectEvent, { type: 'ProjectDeleted' }>>;
type Created = Extract<Shown, { type: 'KeyCreated' }>;

const idOfCreator = (actor: Actor): string | null => (actor.type === 'system' ? null : uuidOf(actor.id));

const insert = async ({ data, organizationId, actor, recordedAt }: Created, tx: EntityManager): Promise<void> => {
  await tx.query(
    `insert into api_keys (organization_id, api_key_id, project_id, name, key_type, environment, prefix, digest, pepper_id,
                           created_by_type, created_by_id, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (organization_id, api_key_id) do nothing`,
    [
      uuidOf(organizationId),
      uuidOf(data.apiKeyId),
      uuidOf(data.projectId),
      data.name,
      data.keyType,
      data.environment,
      data.prefix,
      data.digest,
      data.pepperId,
      actor.type,
      idOfCreator(actor),
      recordedAt,
      data.expiresAt,
    ],
  );
};

/** Keys as their next read and the management guard need them. */
export const apiKeysProjection: InlineProjection = {
  name: 'api-keys',
  events: ['KeyCreated', 'KeyRevoked', 'ProjectDeleted'],
  async project(recorded: RecordedEvent, tx: EntityManager): Promise<void> {
    const event = recorded as Shown;
    const organizationId = uuidOf(event.organizationId);
    switch (event.type) {
      case 'KeyCreated':
        return insert(event, tx);
      case 'KeyRevoked':
        await tx.query(
          `update api_keys set revoked_at = coalesce(revoked_at, $3) where organization_id = $1 and api_key_id = $2`,
          [organizationId, uuidOf(event.data.apiKeyId), event.data.revokedAt],
        );
        return;
      case 'ProjectDeleted':
        // No key outlives its project, although no event of its own says so yet; expired ones are dead already. Names
        // are the customer's words and leave with the project, those of revoked and expired keys too.
        await tx.query(
          `update api_keys
              set name = '',
                  revoked_at = case when expires_at <= $3 then revoked_at else coalesce(revoked_at, $3) end
            where organization_id = $1 and project_id = $2`,
          [organizationId, uuidOf(event.data.projectId), event.recordedAt],
        );
        return;
      default:
        unreachable(event);
    }
  },
};
