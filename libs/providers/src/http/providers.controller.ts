import { type CommandContext, DomainError, parseId } from '@app/kernel';
import {
  type Access,
  CurrentAccess,
  CurrentContext,
  Database,
  ListQuery,
  MayFail,
  RequirePermission,
  WithoutEffect,
} from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';

import { ConnectProvider } from '../commands/connect-provider.js';
import { DisconnectProvider } from '../commands/disconnect-provider.js';
import { TestProvider } from '../commands/test-provider.js';
import { ProviderQueries } from '../projections/provider.queries.js';
import { ConnectProviderRequest, providerToConnect } from './connect-provider.dto.js';
import {
  DisconnectedProviderResponse,
  ProviderPage,
  ProviderResponse,
  ProviderTestResponse,
  testResponseOf,
} from './providers.dto.js';

@Controller('v1/projects/:projectId/providers')
export class ProvidersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly database: Database,
    private readonly providers: ProviderQueries,
  ) {}

  /** List the providers of a project by name, the built-in ones included */
  @RequirePermission('providers:read')
  @Get()
  list(
    @Param('projectId') projectId: string,
    @Query() query: ListQuery,
    @CurrentContext() { organizationId }: CommandContext,
  ): Promise<ProviderPage> {
    const scope = { organizationId, projectId: parseId('prj', projectId) };
    return this.database.inOrganization(organizationId, (tx) => this.providers.page(tx, scope, query));
  }

  /** Show a provider, never its credential */
  @RequirePermission('providers:read')
  @Get(':provider')
  show(
    @Param('projectId') projectId: string,
    @Param('provider') provider: string,
    @CurrentContext() { organizationId }: CommandContext,
  ): Promise<ProviderResponse> {
    const scope = { organizationId, projectId: parseId('prj', projectId) };
    return this.database.inOrganization(organizationId, (tx) => this.providers.get(tx, scope, provider));
  }

  /**
   * Connect a provider, or replace its connection
   * @remarks `openai` is built in; any other name of 2 to 40 lower-case letters, digits and hyphens is a provider of
   * your own and needs its `baseUrl`. No call that starts after the answer uses the connection as it was before.
   */
  @RequirePermission('providers:update')
  @MayFail('CONFLICT')
  @Put(':provider')
  connect(
    @Param('projectId') projectId: string,
    @Param('provider') provider: string,
    @Body() body: ConnectProviderRequest,
    @CurrentAccess() { permissions }: Access,
    @CurrentContext() context: CommandContext,
  ): Promise<ProviderResponse> {
    if (body.setAsDefault === true && !permissions.has('settings:update')) {
      throw new DomainError('INSUFFICIENT_PERMISSIONS', undefined, { permission: 'settings:update' });
    }
    return this.commands.execute(
      new ConnectProvider(providerToConnect(parseId('prj', projectId), provider, body), context),
    );
  }

  /** Disconnect a provider; its credential is removed */
  @RequirePermission('providers:update')
  @MayFail('CONFLICT')
  @Delete(':provider')
  disconnect(
    @Param('projectId') projectId: string,
    @Param('provider') provider: string,
    @CurrentContext() context: CommandContext,
  ): Promise<DisconnectedProviderResponse> {
    return this.commands.execute(new DisconnectProvider({ projectId: parseId('prj', projectId), provider }, context));
  }

  /**
   * Test a connection
   * @remarks Asks the provider for its models, which costs nothing. What the provider answers is never an error here.
   */
  @RequirePermission('providers:update')
  @MayFail('PROVIDER_NOT_CONFIGURED', 'CONFLICT')
  @WithoutEffect()
  @Post(':provider/test')
  @HttpCode(200)
  async test(
    @Param('projectId') projectId: string,
    @Param('provider') provider: string,
    @CurrentContext() { organizationId }: CommandContext,
  ): Promise<ProviderTestResponse> {
    const scope = { organizationId, projectId: parseId('prj', projectId) };
    return testResponseOf(await this.commands.execute(new TestProvider({ ...scope, provider })));
  }
}
