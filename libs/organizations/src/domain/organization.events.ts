import type { AccountId, DomainEvent, EventDefinitions, OrganizationId } from '@app/kernel';

/** Names its first owner, so that no organization exists without one for an instant. */
export type OrganizationCreated = DomainEvent<
  'OrganizationCreated',
  { readonly organizationId: OrganizationId; readonly name: string; readonly slug: string; readonly ownerId: AccountId }
>;

type OrganizationRenamed = DomainEvent<
  'OrganizationRenamed',
  { readonly organizationId: OrganizationId; readonly name: string }
>;

export type OrganizationEvent = OrganizationCreated | OrganizationRenamed;

export const organizationEvents: EventDefinitions<OrganizationEvent> = {
  OrganizationCreated: { schemaVersion: 1, sealed: ['name', 'slug'] },
  OrganizationRenamed: { schemaVersion: 1, sealed: ['name'] },
};
