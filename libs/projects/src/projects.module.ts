import { Module } from '@nestjs/common';

import { ChangeProjectDetailsHandler } from './commands/change-project-details.js';
import { ChangeProjectSettingsHandler } from './commands/change-project-settings.js';
import { CreateProjectHandler } from './commands/create-project.js';
import { DeleteProjectHandler } from './commands/delete-project.js';
import { OrganizationProjectsController } from './http/organization-projects.controller.js';
import { ProjectSettingsController } from './http/project-settings.controller.js';
import { ProjectsController } from './http/projects.controller.js';
import { ProjectQueries } from './projections/project.queries.js';
import { ProjectsOfOrganizations } from './projections/projects-of-organizations.js';

@Module({
  controllers: [OrganizationProjectsController, ProjectsController, ProjectSettingsController],
  providers: [
    ProjectQueries,
    ProjectsOfOrganizations,
    CreateProjectHandler,
    ChangeProjectDetailsHandler,
    ChangeProjectSettingsHandler,
    DeleteProjectHandler,
  ],
  exports: [ProjectQueries, ProjectsOfOrganizations],
})
export class ProjectsModule {}
