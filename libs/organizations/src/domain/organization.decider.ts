import {
  type AccountId,
  type Asked,
  type Decider,
  type Decision,
  DomainError,
  type OrganizationId,
  type StreamRef,
  unreachable,
} from '@app/kernel';

import type { OrganizationEvent } from './organization.events.js';

export type Organization = { readonly status: 'missing' } | { readonly status: 'active'; readonly name: string };

/** What an organization's stream may be asked. Names and slugs arrive in their stored form. */
export type OrganizationCommand =
  | Asked<
      'CreateOrganization',
      {
        readonly organizationId: OrganizationId;
        readonly name: string;
        readonly slug: string;
        readonly ownerId: AccountId;
      }
    >
  | Asked<'RenameOrganization', { readonly organizationId: OrganizationId; readonly name: string }>;

const decide = (command: Decision<OrganizationCommand>, organization: Organization): readonly OrganizationEvent[] => {
  switch (command.type) {
    case 'CreateOrganization':
      // The id of a retry is the same for ever, its stored answer is not: a late one must not end in a second owner.
      if (organization.status !== 'missing') {
        throw new DomainError(
          'CONFLICT',
          'An organization was made with this Idempotency-Key before; use another one.',
        );
      }
      return [{ type: 'OrganizationCreated', data: command.data }];
    case 'RenameOrganization':
      if (organization.status !== 'active') throw new DomainError('NOT_FOUND');
      if (organization.name === command.data.name) return [];
      return [{ type: 'OrganizationRenamed', data: command.data }];
    default:
      return unreachable(command);
  }
};

const evolve = (_: Organization, event: OrganizationEvent): Organization => {
  switch (event.type) {
    case 'OrganizationCreated':
    case 'OrganizationRenamed':
      return { status: 'active', name: event.data.name };
    default:
      return unreachable(event);
  }
};

export const organizationDecider: Decider<Organization, OrganizationCommand, OrganizationEvent> = {
  initialState: { status: 'missing' },
  decide,
  evolve,
};

export const organizationStream = (organizationId: OrganizationId): StreamRef => ({
  type: 'organization',
  id: organizationId,
  projectId: null,
});
