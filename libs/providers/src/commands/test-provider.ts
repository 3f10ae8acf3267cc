import { DomainError, type OrganizationId, type ProjectId } from '@app/kernel';
import { Config, Database } from '@app/platform';
import { ProjectQueries } from '@app/projects';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { type ProbeResult, ProviderProbe, type ProbeTarget } from '../adapters/provider-probe.js';
import { knownProvider, SANDBOX } from '../domain/known-providers.js';
import { ProviderQueries } from '../projections/provider.queries.js';

export interface ProviderToTest {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  readonly provider: string;
}

/** Tries a connection, enabled or not, without spending anything and without recording anything. */
export class TestProvider extends Command<ProbeResult> {
  constructor(readonly data: ProviderToTest) {
    super();
  }
}

@CommandHandler(TestProvider)
export class TestProviderHandler implements ICommandHandler<TestProvider> {
  constructor(
    private readonly database: Database,
    private readonly projects: ProjectQueries,
    private readonly providers: ProviderQueries,
    private readonly probe: ProviderProbe,
    private readonly config: Config,
  ) {}

  async execute({ data }: TestProvider): Promise<ProbeResult> {
    const target = await this.targetOf(data);
    // The sandbox is a part of this process: what can ask is there.
    return target === null ? { ok: true, latencyMs: 0, models: null } : this.probe.probe(target);
  }

  private targetOf({ provider, ...scope }: ProviderToTest): Promise<ProbeTarget | null> {
    const { organizationId, projectId } = scope;
    return this.database.inOrganization(organizationId, async (tx) => {
      await this.projects.requireLive(tx, projectId);
      if (provider === SANDBOX && this.config.sandbox) return null;
      const row = await this.providers.connection(tx, scope, provider);
      if (row === null)
        throw knownProvider(provider) === undefined ? new DomainError('NOT_FOUND') : notConnected(provider);
      const credential = await this.providers.credential(tx, scope, row);
      if (credential === null) throw new DomainError('CONFLICT', 'The connection changed meanwhile: try again.');
      return { organizationId, provider, format: row.format, baseUrl: row.baseUrl, credential };
    });
  }
}

const notConnected = (provider: string): DomainError =>
  new DomainError('PROVIDER_NOT_CONFIGURED', `The provider ${provider} is not connected to this project`, { provider });
