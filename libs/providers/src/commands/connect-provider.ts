import { CommandRunner, type CommandTransaction } from '@app/event-store';
import { type CommandContext, DomainError, idOf, type ProjectId, PROVIDER_NAME, validationFailed } from '@app/kernel';
import { newId, OutboundHttp, parseOutboundUrl, Secret, SecretStore } from '@app/platform';
import { projectDecider, ProjectQueries, type ProjectScope, projectStream } from '@app/projects';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { keyHintOf } from '../domain/key-hint.js';
import { knownProvider, requireFreeName } from '../domain/known-providers.js';
import { addressOf, type ProviderAddress } from '../domain/provider-address.js';
import {
  type ConnectionChange,
  connectionStream,
  providerConnectionDecider,
} from '../domain/provider-connection.decider.js';
import type { OwnModel, ProviderFormat } from '../domain/provider-connection.events.js';
import type { ProviderConnectionReadModel } from '../projections/provider-connection.read-model.js';
import { CREDENTIAL_KIND, ProviderQueries } from '../projections/provider.queries.js';
import type { ProviderView } from '../projections/provider.view.js';
import { normalBaseUrl, requireReachable } from './base-url.js';

const MAX_CONNECTIONS = 100;

/** A connection as it shall be; what is left out takes its default, only the credential stays as it is stored. */
export interface ProviderToConnect {
  readonly projectId: ProjectId;
  readonly provider: string;
  readonly apiKey?: Secret;
  readonly baseUrl?: string;
  readonly format?: ProviderFormat;
  readonly defaultModel: string | null;
  readonly models: readonly OwnModel[];
  readonly enabled: boolean;
  /** Make it the provider, and its default model the model, of calls that name none. */
  readonly setAsDefault: boolean;
}

export class ConnectProvider extends Command<ProviderView> {
  constructor(
    readonly data: ProviderToConnect,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ConnectProvider)
export class ConnectProviderHandler implements ICommandHandler<ConnectProvider> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly projects: ProjectQueries,
    private readonly providers: ProviderQueries,
    private readonly secrets: SecretStore,
    private readonly outbound: OutboundHttp,
  ) {}

  async execute({ data, context }: ConnectProvider): Promise<ProviderView> {
    const { projectId, provider } = data;
    const scope = { organizationId: context.organizationId, projectId };
    const address = await this.judgedAddress(data);
    return this.runner.transaction(context, async (tx) => {
      await this.projects.requireLive(tx.manager, projectId);
      const existing = await this.providers.connection(tx.manager, scope, provider);
      if (existing === null && (await this.providers.count(tx.manager, scope)) >= MAX_CONNECTIONS) {
        throw new DomainError('CONFLICT', `A project has at most ${MAX_CONNECTIONS} provider connections.`);
      }
      const change = changeOf(data, address, existing);
      await tx.decide(providerConnectionDecider, connectionStream(change.connectionId, projectId), {
        type: 'ConnectProvider',
        data: change,
        context,
      });
      if (data.apiKey !== undefined) await this.store(tx, scope, data.apiKey, change);
      if (data.setAsDefault) await this.makeDefault(tx, data, context);
      return this.providers.get(tx.manager, scope, provider);
    });
  }

  private async judgedAddress(data: ProviderToConnect): Promise<ProviderAddress> {
    if (!PROVIDER_NAME.test(data.provider)) {
      throw validationFailed({
        field: 'provider',
        problem: 'must be 2 to 40 lower-case letters, digits and hyphens, beginning with a letter',
      });
    }
    requireFreeName(data.provider);
    const { format, baseUrl } = addressOf(data.provider, data);
    const normal = normalBaseUrl(baseUrl);
    if (normal !== knownProvider(data.provider)?.baseUrl) await requireReachable(this.outbound, normal);
    return { format, baseUrl: normal };
  }

  /** The credential before is gone with the commit. */
  private async store(
    tx: CommandTransaction,
    scope: ProjectScope,
    apiKey: Secret,
    { baseUrl, credential }: ConnectionChange,
  ): Promise<void> {
    if (credential === null) return;
    const { secretId: id, secretVersion: version } = credential;
    const { origin } = parseOutboundUrl(baseUrl);
    await this.secrets.put(tx.manager, { ...scope, kind: CREDENTIAL_KIND, origin, id, version }, apiKey);
    await this.secrets.remove(tx.manager, scope, id, version);
  }

  /** A default model that belonged to another provider goes; one that was chosen for this provider stays. */
  private async makeDefault(tx: CommandTransaction, data: ProviderToConnect, context: CommandContext): Promise<void> {
    const { projectId, provider } = data;
    const settings = await this.projects.settings(tx.manager, projectId);
    const kept = settings.defaultProvider === provider ? settings.defaultModel : null;
    await tx.decide(projectDecider, projectStream(projectId), {
      type: 'ChangeProjectSettings',
      data: { projectId, defaultProvider: provider, defaultModel: data.defaultModel ?? kept },
      // The version the caller saw, if any, is the connection's.
      context: { ...context, expectedVersion: undefined },
    });
  }
}

const changeOf = (
  { projectId, provider, apiKey, defaultModel, models, enabled }: ProviderToConnect,
  address: ProviderAddress,
  existing: ProviderConnectionReadModel | null,
): ConnectionChange => ({
  connectionId: existing === null ? newId('con') : idOf('con', existing.connectionId),
  projectId,
  provider,
  ...address,
  credential:
    apiKey === undefined
      ? null
      : {
          secretId: existing === null ? newId('sec') : idOf('sec', existing.secretId),
          secretVersion: (existing?.secretVersion ?? 0) + 1,
          keyHint: keyHintOf(apiKey.reveal()),
        },
  defaultModel,
  models,
  enabled,
});
