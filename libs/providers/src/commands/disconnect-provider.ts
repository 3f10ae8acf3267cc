import { CommandRunner } from '@app/event-store';
import { type CommandContext, DomainError, idOf, type ProjectId } from '@app/kernel';
import { SecretStore, showTime } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { requireFreeName } from '../domain/known-providers.js';
import { connectionStream, providerConnectionDecider } from '../domain/provider-connection.decider.js';
import { ProviderQueries } from '../projections/provider.queries.js';

export interface ProviderToDisconnect {
  readonly projectId: ProjectId;
  readonly provider: string;
}

export interface DisconnectedProviderView {
  readonly provider: string;
  readonly disconnectedAt: string;
}

/** Ends a connection; its credential is gone with the commit. */
export class DisconnectProvider extends Command<DisconnectedProviderView> {
  constructor(
    readonly data: ProviderToDisconnect,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DisconnectProvider)
export class DisconnectProviderHandler implements ICommandHandler<DisconnectProvider> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly providers: ProviderQueries,
    private readonly secrets: SecretStore,
  ) {}

  async execute({ data, context }: DisconnectProvider): Promise<DisconnectedProviderView> {
    const { projectId, provider } = data;
    const scope = { organizationId: context.organizationId, projectId };
    requireFreeName(provider);
    return this.runner.transaction(context, async (tx) => {
      const row = await this.providers.connection(tx.manager, scope, provider);
      if (row === null) throw new DomainError('NOT_FOUND');
      const connectionId = idOf('con', row.connectionId);
      await tx.decide(providerConnectionDecider, connectionStream(connectionId, projectId), {
        type: 'DisconnectProvider',
        data: { connectionId, projectId, provider },
        context,
      });
      await this.secrets.remove(tx.manager, scope, idOf('sec', row.secretId));
      return { provider, disconnectedAt: showTime(tx.now) };
    });
  }
}
