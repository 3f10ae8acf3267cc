import { type CommandContext, parseId } from '@app/kernel';
import {
  type Access,
  CurrentAccess,
  CurrentContext,
  Database,
  ListQuery,
  MayFail,
  RequirePermission,
} from '@app/platform';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';

import { CreateApiKey } from '../commands/create-api-key.js';
import { RevokeApiKey } from '../commands/revoke-api-key.js';
import { ApiKeyQueries } from '../projections/api-key.queries.js';
import {
  ApiKeyPage,
  ApiKeyResponse,
  CreateApiKeyRequest,
  CreatedApiKeyResponse,
  RevokeApiKeyRequest,
  RevokedApiKeyResponse,
} from './api-keys.dto.js';

@Controller('v1/projects/:projectId/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly database: Database,
    private readonly keys: ApiKeyQueries,
  ) {}

  /**
   * Create a key
   * @remarks The key is in this answer only, and in repeats of the request with the same `Idempotency-Key`.
   */
  @RequirePermission('api-keys:create')
  @MayFail('CONFLICT')
  @Post()
  create(
    @Param('projectId') projectId: string,
    @Body() { name, type = 'secret', environment = 'production', expiresAt = null }: CreateApiKeyRequest,
    @CurrentContext() context: CommandContext,
  ): Promise<CreatedApiKeyResponse> {
    const key = { projectId: parseId('prj', projectId), name, type, environment, expiresAt };
    return this.commands.execute(new CreateApiKey(key, context));
  }

  /** List the keys of a project, newest first */
  @RequirePermission('api-keys:read')
  @Get()
  list(
    @Param('projectId') projectId: string,
    @Query() query: ListQuery,
    @CurrentContext() { organizationId }: CommandContext,
  ): Promise<ApiKeyPage> {
    const scope = { organizationId, projectId: parseId('prj', projectId) };
    return this.database.inOrganization(organizationId, (tx) => this.keys.page(tx, scope, query));
  }

  /** Show a key, never the secret itself */
  @RequirePermission('api-keys:read')
  @Get(':apiKeyId')
  show(
    @Param('projectId') projectId: string,
    @Param('apiKeyId') apiKeyId: string,
    @CurrentContext() { organizationId }: CommandContext,
  ): Promise<ApiKeyResponse> {
    const scope = { organizationId, projectId: parseId('prj', projectId) };
    return this.database.inOrganization(organizationId, (tx) => this.keys.get(tx, scope, parseId('key', apiKeyId)));
  }

  /**
   * Revoke a key
   * @remarks No call that starts after the answer is admitted with it. Developers revoke only keys they created; a key
   * may revoke itself. Revoking a revoked key changes nothing.
   */
  @RequirePermission('api-keys:revoke-own')
  @Post(':apiKeyId/revoke')
  @HttpCode(200)
  revoke(
    @Param('projectId') projectId: string,
    @Param('apiKeyId') apiKeyId: string,
    @Body() { descendants = false }: RevokeApiKeyRequest,
    @CurrentAccess() { permissions }: Access,
    @CurrentContext() context: CommandContext,
  ): Promise<RevokedApiKeyResponse> {
    const revocation = {
      projectId: parseId('prj', projectId),
      apiKeyId: parseId('key', apiKeyId),
      descendants,
      onlyOwn: !permissions.has('api-keys:revoke'),
    };
    return this.commands.execute(new RevokeApiKey(revocation, context));
  }
}
