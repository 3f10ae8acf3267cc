import type { AccountId, DomainEvent, EventDefinitions } from '@app/kernel';

/** The instance owner holds the routes of the operator and nothing inside an organization. */
type InstanceOwnerNamed = DomainEvent<'InstanceOwnerNamed', { readonly accountId: AccountId }>;

export type InstanceEvent = InstanceOwnerNamed;

export const instanceEvents: EventDefinitions<InstanceEvent> = {
  InstanceOwnerNamed: { schemaVersion: 1, sealed: [] },
};
