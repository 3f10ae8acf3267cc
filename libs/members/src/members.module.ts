import { OrganizationsModule } from '@app/organizations';
import { ProjectsModule } from '@app/projects';
import { Module } from '@nestjs/common';

import { RolePermissionSource } from './access/role-permission-source.js';
import { OrganizationsController } from './http/organizations.controller.js';
import { ReachableProjectsController } from './http/reachable-projects.controller.js';
import { MembershipQueries } from './projections/membership.queries.js';
import { ReachableProjects } from './projections/reachable-projects.js';

@Module({
  imports: [OrganizationsModule, ProjectsModule],
  controllers: [OrganizationsController, ReachableProjectsController],
  providers: [RolePermissionSource, MembershipQueries, ReachableProjects],
  exports: [RolePermissionSource],
})
export class MembersModule {}
