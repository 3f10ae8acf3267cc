import type { InlineProjection } from '@app/event-store';
import { type RecordedEvent, unreachable, uuidOf } from '@app/kernel';
import type { EntityManager } from 'typeorm';

import { type OrganizationEvent, organizationEvents } from '../domain/organization.events.js';
import { OrganizationReadModel } from './organization.read-model.js';

/** Names of organizations, which the next read of whoever changed them depends on. */
export const organizationsProjection: InlineProjection = {
  name: 'organizations',
  events: Object.keys(organizationEvents),
  async project(recorded: RecordedEvent, tx: EntityManager): Promise<void> {
    const event = recorded as RecordedEvent<OrganizationEvent>;
    const organizationId = uuidOf(event.organizationId);
    switch (event.type) {
      case 'OrganizationCreated':
        await tx.query(
          `insert into organizations (organization_id, name, slug, version, created_at) values ($1, $2, $3, $4, $5)
           on conflict (organization_id) do nothing`,
          [organizationId, event.data.name, event.data.slug, event.version, event.recordedAt],
        );
        return;
      case 'OrganizationRenamed':
        await tx.update(OrganizationReadModel, { organizationId }, { name: event.data.name, version: event.version });
        return;
      default:
        unreachable(event);
    }
  },
};
