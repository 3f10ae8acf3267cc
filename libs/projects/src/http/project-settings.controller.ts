import { Body, Controller, Get, Param, Patch, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type CommandContext, parseId } from '@app/kernel';
import { CurrentContext, Database, RequirePermission, setETag, Versioned } from '@app/platform';
import type { FastifyReply } from 'fastify';

import { ChangeProjectSettings } from '../commands/change-project-settings.js';
import { ProjectQueries } from '../projections/project.queries.js';
import { settingsViewOf } from '../projections/project.view.js';
import { ProjectSettingsResponse, settingsChangeOf, UpdateProjectSettingsRequest } from './project-settings.dto.js';

@Controller('v1/projects/:projectId/settings')
export class ProjectSettingsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly database: Database,
    private readonly projects: ProjectQueries,
  ) {}

  /**
   * Show the settings
   * @remarks The `ETag` is their version.
   */
  @RequirePermission('settings:read')
  @Versioned()
  @Get()
  async get(
    @Param('projectId') projectId: string,
    @CurrentContext() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectSettingsResponse> {
    const { version, ...settings } = await this.database.inOrganization(context.organizationId, (tx) =>
      this.projects.settings(tx, parseId('prj', projectId)),
    );
    return withETag(reply, settingsViewOf(settings, version));
  }

  /**
   * Change settings
   * @remarks What is left out stays. With `If-Match` a version that has passed answers 409. No call that starts after
   * the answer is admitted under the old settings.
   */
  @RequirePermission('settings:update')
  @Versioned()
  @Patch()
  async update(
    @Param('projectId') projectId: string,
    @Body() body: UpdateProjectSettingsRequest,
    @CurrentContext() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectSettingsResponse> {
    const change = settingsChangeOf(parseId('prj', projectId), body);
    return withETag(reply, await this.commands.execute(new ChangeProjectSettings(change, context)));
  }
}

const withETag = <Shown extends { readonly version: number }>(reply: FastifyReply, shown: Shown): Shown => {
  setETag(reply, shown.version);
  return shown;
};
