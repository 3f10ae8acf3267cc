import { Body, Controller, Delete, Get, Param, Patch } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type CommandContext, parseId } from '@app/kernel';
import { CurrentContext, Database, RequirePermission } from '@app/platform';

import { ChangeProjectDetails } from '../commands/change-project-details.js';
import { DeleteProject } from '../commands/delete-project.js';
import { ProjectQueries } from '../projections/project.queries.js';
import { DeletedProjectResponse, DeleteProjectRequest, ProjectResponse, UpdateProjectRequest } from './project.dto.js';

@Controller('v1/projects/:projectId')
export class ProjectsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly database: Database,
    private readonly projects: ProjectQueries,
  ) {}

  /** Show a project */
  @RequirePermission('projects:read')
  @Get()
  get(@Param('projectId') projectId: string, @CurrentContext() context: CommandContext): Promise<ProjectResponse> {
    return this.database.inOrganization(context.organizationId, (tx) =>
      this.projects.get(tx, parseId('prj', projectId)),
    );
  }

  /**
   * Change name and description
   * @remarks What is left out stays, and so does the slug. The region never changes.
   */
  @RequirePermission('projects:update')
  @Patch()
  update(
    @Param('projectId') projectId: string,
    @Body() { name, description }: UpdateProjectRequest,
    @CurrentContext() context: CommandContext,
  ): Promise<ProjectResponse> {
    return this.commands.execute(
      new ChangeProjectDetails({ projectId: parseId('prj', projectId), name, description }, context),
    );
  }

  /**
   * Delete a project
   * @remarks Its name has to be typed. From the answer on the project is unknown everywhere and none of its keys opens anything.
   */
  @RequirePermission('projects:delete')
  @Delete()
  delete(
    @Param('projectId') projectId: string,
    @Body() { confirm }: DeleteProjectRequest,
    @CurrentContext() context: CommandContext,
  ): Promise<DeletedProjectResponse> {
    return this.commands.execute(new DeleteProject({ projectId: parseId('prj', projectId), confirm }, context));
  }
}
