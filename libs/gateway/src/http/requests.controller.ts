import { type CommandContext, parseId } from '@app/kernel';
import { CurrentContext, Database, RequirePermission } from '@app/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';

import { RequestQueries } from '../projections/request.queries.js';
import { filterOf, RequestDetailResponse, RequestListQuery, RequestPage } from './requests.dto.js';

@Controller('v1/projects/:projectId/requests')
export class RequestsController {
  constructor(
    private readonly database: Database,
    private readonly requests: RequestQueries,
  ) {}

  /**
   * List the project's calls, newest first
   * @remarks Calls in flight are among them, with the status `admitted`. Calls that were refused for their key, a limit or a cap are counted, not listed.
   */
  @Get()
  @RequirePermission('requests:read')
  list(
    @Param('projectId') projectId: string,
    @Query() query: RequestListQuery,
    @CurrentContext() { organizationId }: CommandContext,
  ): Promise<RequestPage> {
    const scope = { organizationId, projectId: parseId('prj', projectId) };
    return this.database.inOrganization(organizationId, (tx) => this.requests.page(tx, scope, filterOf(query), query));
  }

  /**
   * Show a call
   * @remarks What was booked for it later (a correction, a new price) is included.
   */
  @Get(':requestId')
  @RequirePermission('requests:read')
  get(
    @Param('projectId') projectId: string,
    @Param('requestId') requestId: string,
    @CurrentContext() { organizationId }: CommandContext,
  ): Promise<RequestDetailResponse> {
    const scope = { organizationId, projectId: parseId('prj', projectId) };
    return this.database.inOrganization(organizationId, (tx) =>
      this.requests.get(tx, scope, parseId('req', requestId)),
    );
  }
}
