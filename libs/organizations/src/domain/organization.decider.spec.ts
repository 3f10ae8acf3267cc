import { idOf } from '@app/kernel';

import { decisionContext, givenFor } from '../../../../test/support/decider.js';
import { organizationDecider } from './organization.decider.js';
import type { OrganizationEvent } from './organization.events.js';

const organizationId = idOf('org', '01890a5d-ac96-774b-bcce-b30209900001');
const ownerId = idOf('usr', '01890a5d-ac96-774b-bcce-b30209900002');
const context = decisionContext({ organizationId });
const asNew = { organizationId, name: 'Acme', slug: 'acme-b30209900001', ownerId };

const created: OrganizationEvent = { type: 'OrganizationCreated', data: asNew };
const renamed: OrganizationEvent = { type: 'OrganizationRenamed', data: { organizationId, name: 'Acme Labs' } };
const create = { type: 'CreateOrganization' as const, data: asNew, context };
const rename = (name: string) => ({ type: 'RenameOrganization' as const, data: { organizationId, name }, context });

const given = givenFor(organizationDecider);

describe('an organization', () => {
  it('is created with its owner', () => given().when(create).expectEvents(created));
  it('is created once', () => given(created).when(create).expectError('CONFLICT'));
  it('is renamed', () => given(created).when(rename('Acme Labs')).expectEvents(renamed));
  it('changes nothing when it has the name already', () =>
    given(created, renamed).when(rename('Acme Labs')).expectEvents());
  it('is renamed back', () =>
    given(created, renamed)
      .when(rename('Acme'))
      .expectEvents({ type: 'OrganizationRenamed', data: { organizationId, name: 'Acme' } }));
  it('is not there before it is created', () => given().when(rename('Acme')).expectError('NOT_FOUND'));
});
