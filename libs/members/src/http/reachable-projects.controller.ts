import { type Access, CurrentAccess, ListQuery, RequirePrincipal } from '@app/platform';
import { ProjectPage } from '@app/projects';
import { Controller, Get, Query } from '@nestjs/common';

import { ReachableProjects } from '../projections/reachable-projects.js';

@Controller('v1/projects')
export class ReachableProjectsController {
  constructor(private readonly projects: ReachableProjects) {}

  /** List all projects the caller reaches, newest first */
  @RequirePrincipal()
  @Get()
  list(@CurrentAccess() { principal }: Access, @Query() query: ListQuery): Promise<ProjectPage> {
    return this.projects.page(principal, query);
  }
}
