import { idOf, type OrganizationId, type ProjectId, PROVIDER_NAME, uuidOf, DomainError } from '@app/kernel';
import {
  Config,
  decodeCursor,
  type ListQuery,
  type Page,
  pageOf,
  parseOutboundUrl,
  type Secret,
  SecretStore,
} from '@app/platform';
import { ProjectQueries, type ProjectScope } from '@app/projects';
import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThan } from 'typeorm';

import { KNOWN_PROVIDERS, SANDBOX } from '../domain/known-providers.js';
import type { OwnModel, ProviderFormat } from '../domain/provider-connection.events.js';
import { ProviderConnectionReadModel } from './provider-connection.read-model.js';
import { builtInViewOf, connectionViewOf, type ProviderView } from './provider.view.js';

/** Under this kind credentials are sealed, together with the origin they were entered for. */
export const CREDENTIAL_KIND = 'provider-credential';

/** What a call through a connection needs. */
export interface ActiveConnection {
  readonly provider: string;
  readonly format: ProviderFormat;
  readonly baseUrl: string;
  /** `null`: replaced or destroyed since the row was read, so the configuration is out of date. */
  readonly credential: Secret | null;
  readonly defaultModel: string | null;
  readonly models: readonly OwnModel[];
}

const whereIn = ({ organizationId, projectId }: ProjectScope) => ({
  organizationId: uuidOf(organizationId),
  projectId: uuidOf(projectId),
});

@Injectable()
export class ProviderQueries {
  /** Providers a project has without connecting them. */
  readonly #builtIn: readonly string[];

  constructor(
    private readonly projects: ProjectQueries,
    private readonly secrets: SecretStore,
    { sandbox }: Config,
  ) {
    this.#builtIn = sandbox ? [...KNOWN_PROVIDERS, SANDBOX] : KNOWN_PROVIDERS;
  }

  /** `null` also for a text that cannot be a name, which the database may not even be able to read. */
  async connection(
    tx: EntityManager,
    scope: ProjectScope,
    provider: string,
  ): Promise<ProviderConnectionReadModel | null> {
    if (!PROVIDER_NAME.test(provider)) return null;
    return tx.findOneBy(ProviderConnectionReadModel, { ...whereIn(scope), provider });
  }

  count(tx: EntityManager, scope: ProjectScope): Promise<number> {
    return tx.countBy(ProviderConnectionReadModel, whereIn(scope));
  }

  /** NOT_FOUND for what is neither connected nor built in. */
  async get(tx: EntityManager, scope: ProjectScope, provider: string): Promise<ProviderView> {
    const row = await this.connection(tx, scope, provider);
    if (row === null && !this.#builtIn.includes(provider)) throw new DomainError('NOT_FOUND');
    const { defaultProvider } = await this.projects.settings(tx, scope.projectId);
    return row === null ? builtInViewOf(provider, defaultProvider) : connectionViewOf(row, defaultProvider);
  }

  /** By name, the built-in ones without a connection included. */
  async page(tx: EntityManager, scope: ProjectScope, { limit, cursor }: ListQuery): Promise<Page<ProviderView>> {
    const [after = ''] = cursor === undefined ? [] : decodeCursor(cursor, [PROVIDER_NAME]);
    const { defaultProvider } = await this.projects.settings(tx, scope.projectId);
    const rows = await tx.find(ProviderConnectionReadModel, {
      where: { ...whereIn(scope), provider: MoreThan(after) },
      order: { provider: 'ASC' },
      take: limit + 1,
    });
    const connected = new Set(rows.map(({ provider }) => provider));
    const shown = [
      ...rows.map((row) => connectionViewOf(row, defaultProvider)),
      ...this.#builtIn
        .filter((provider) => provider > after && !connected.has(provider))
        .map((provider) => builtInViewOf(provider, defaultProvider)),
    ].toSorted((a, b) => (a.provider < b.provider ? -1 : 1));
    return pageOf(
      shown,
      limit,
      (view) => view,
      ({ provider }) => [provider],
    );
  }

  /** Enabled connections with their credentials, for the compiled configuration of a project. */
  async activeConnections(
    tx: EntityManager,
    organizationId: OrganizationId,
    projectId: ProjectId,
  ): Promise<readonly ActiveConnection[]> {
    const scope = { organizationId, projectId };
    const rows = await tx.find(ProviderConnectionReadModel, {
      where: { ...whereIn(scope), enabled: true },
      order: { provider: 'ASC' },
    });
    const connections: ActiveConnection[] = [];
    // One after the other: a transaction has one connection.
    for (const row of rows) {
      const { provider, format, baseUrl, defaultModel, models } = row;
      const credential = await this.credential(tx, scope, row);
      connections.push({ provider, format, baseUrl, credential, defaultModel, models });
    }
    return connections;
  }

  /** The credential the row was written with; `null` when it has been replaced or destroyed since. */
  credential(tx: EntityManager, scope: ProjectScope, row: ProviderConnectionReadModel): Promise<Secret | null> {
    const { origin } = parseOutboundUrl(row.baseUrl);
    const id = idOf('sec', row.secretId);
    return this.secrets.get(tx, { ...scope, kind: CREDENTIAL_KIND, origin, id, version: row.secretVersion });
  }
}
