import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type CommandContext, parseId } from '@app/kernel';
import { CurrentContext, Database, ListQuery, MayFail, RequirePermission } from '@app/platform';

import { CreateProject } from '../commands/create-project.js';
import { ProjectQueries } from '../projections/project.queries.js';
import { CreateProjectRequest, ProjectPage, ProjectResponse } from './project.dto.js';

@Controller('v1/organizations/:organizationId/projects')
export class OrganizationProjectsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly database: Database,
    private readonly projects: ProjectQueries,
  ) {}

  /**
   * Make a project
   * @remarks Its slug is made of the name and must be free among the organization's projects, else 409.
   */
  @RequirePermission('projects:create')
  @MayFail('CONFLICT')
  @Post()
  create(@Body() body: CreateProjectRequest, @CurrentContext() context: CommandContext): Promise<ProjectResponse> {
    return this.commands.execute(new CreateProject(body, context));
  }

  /** List the organization's projects, newest first */
  @RequirePermission('projects:read')
  @Get()
  list(@Param('organizationId') id: string, @Query() query: ListQuery): Promise<ProjectPage> {
    const organizationId = parseId('org', id);
    return this.database.inOrganization(organizationId, (tx) => this.projects.page(tx, organizationId, query));
  }
}
