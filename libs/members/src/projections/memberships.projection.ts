import type { InlineProjection } from '@app/event-store';
import { type RecordedEvent, uuidOf } from '@app/kernel';
import type { OrganizationCreated } from '@app/organizations';
import type { EntityManager } from 'typeorm';

/** Who belongs to which organization, which every guard depends on. An organization comes with its first owner. */
export const membershipsProjection: InlineProjection = {
  name: 'memberships',
  events: ['OrganizationCreated'],
  async project(recorded: RecordedEvent, tx: EntityManager): Promise<void> {
    const event = recorded as RecordedEvent<OrganizationCreated>;
    await tx.query(
      `insert into memberships (organization_id, account_id, role, since) values ($1, $2, 'owner', $3)
       on conflict (organization_id, account_id) do nothing`,
      [uuidOf(event.organizationId), uuidOf(event.data.ownerId), event.recordedAt],
    );
  },
};
