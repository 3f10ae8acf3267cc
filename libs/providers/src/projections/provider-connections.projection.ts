import type { InlineProjection } from '@app/event-store';
import { type RecordedEvent, unreachable, uuidOf } from '@app/kernel';
import type { ProjectEvent } from '@app/projects';
import type { EntityManager } from 'typeorm';

import type { ConnectionDetails, ProviderConnectionEvent } from '../domain/provider-connection.events.js';

type Shown = RecordedEvent<ProviderConnectionEvent | Extract<ProjectEvent, { type: 'ProjectDeleted' }>>;

const UPSERT = `
  insert into provider_connections (organization_id, project_id, provider, connection_id, format, base_url, secret_id,
                                    secret_version, key_hint, default_model, models, enabled)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  on conflict (organization_id, project_id, provider) do update
     set connection_id = excluded.connection_id, format = excluded.format, base_url = excluded.base_url,
         secret_id = excluded.secret_id, secret_version = excluded.secret_version, key_hint = excluded.key_hint,
         default_model = excluded.default_model, models = excluded.models, enabled = excluded.enabled`;

const upsert = async (organizationId: string, details: ConnectionDetails, tx: EntityManager): Promise<void> => {
  await tx.query(UPSERT, [
    organizationId,
    uuidOf(details.projectId),
    details.provider,
    uuidOf(details.connectionId),
    details.format,
    details.baseUrl,
    uuidOf(details.secretId),
    details.secretVersion,
    details.keyHint,
    details.defaultModel,
    JSON.stringify(details.models),
    details.enabled,
  ]);
};

/** Connections as the gateway compiles them and as whoever changed them reads them next. */
export const providerConnectionsProjection: InlineProjection = {
  name: 'provider-connections',
  events: ['ProviderConnected', 'ProviderUpdated', 'ProviderDisconnected', 'ProjectDeleted'],
  async project(recorded: RecordedEvent, tx: EntityManager): Promise<void> {
    const event = recorded as Shown;
    const organizationId = uuidOf(event.organizationId);
    switch (event.type) {
      case 'ProviderConnected':
      case 'ProviderUpdated':
        return upsert(organizationId, event.data, tx);
      case 'ProviderDisconnected':
        await tx.query(
          `delete from provider_connections where organization_id = $1 and project_id = $2 and provider = $3`,
          [organizationId, uuidOf(event.data.projectId), event.data.provider],
        );
        return;
      case 'ProjectDeleted':
        await tx.query(`delete from provider_connections where organization_id = $1 and project_id = $2`, [
          organizationId,
          uuidOf(event.data.projectId),
        ]);
        return;
      default:
        unreachable(event);
    }
  },
};
