import type { InlineProjection } from '@app/event-store';
import { type RecordedEvent, uuidOf } from '@app/kernel';
import type { EntityManager } from 'typeorm';

import type { InstanceEvent } from '../domain/instance.events.js';

/** Who may use the routes of the operator. */
export const instanceOwnersProjection: InlineProjection = {
  name: 'instance-owners',
  events: ['InstanceOwnerNamed'],
  async project(recorded: RecordedEvent, tx: EntityManager): Promise<void> {
    const event = recorded as RecordedEvent<InstanceEvent>;
    await tx.query(
      `insert into instance_owners (organization_id, account_id, since) values ($1, $2, $3)
       on conflict (organization_id, account_id) do nothing`,
      [uuidOf(event.organizationId), uuidOf(event.data.accountId), event.recordedAt],
    );
  },
};
