import type { Migrations } from '@app/platform';

import { Organizations1763700004000 } from './projections/1763700004000-organizations.migration.js';
import { OrganizationReadModel } from './projections/organization.read-model.js';

export { CreateOrganization, type NewOrganization } from './commands/create-organization.js';
export { RenameOrganization } from './commands/rename-organization.js';
export { type OrganizationCreated, organizationEvents } from './domain/organization.events.js';
export { OrganizationsModule } from './organizations.module.js';
export { OrganizationQueries, type ShownOrganization } from './projections/organization.queries.js';
export { organizationsProjection } from './projections/organizations.projection.js';

export const organizationsMigrations: Migrations = [Organizations1763700004000];
export const organizationsEntities = [OrganizationReadModel] as const;
