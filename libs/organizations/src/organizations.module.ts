import { Module } from '@nestjs/common';

import { CreateOrganizationHandler } from './commands/create-organization.js';
import { RenameOrganizationHandler } from './commands/rename-organization.js';
import { OrganizationQueries } from './projections/organization.queries.js';

@Module({
  providers: [CreateOrganizationHandler, RenameOrganizationHandler, OrganizationQueries],
  exports: [OrganizationQueries],
})
export class OrganizationsModule {}
