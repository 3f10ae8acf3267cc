import { type OrganizationId, slugOf } from '@app/kernel';

/**
 * The organization's name as it stands in links. The end of the id (40 random bits) tells organizations of one name
 * apart, so nobody has to ask which slugs other tenants have. It stays when the name changes.
 */
export const organizationSlug = (name: string, organizationId: OrganizationId): string =>
  `${slugOf(name) || 'organization'}-${organizationId.slice(-8)}`;
