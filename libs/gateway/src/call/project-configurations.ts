import { Injectable } from '@nestjs/common';
import { type ApiKeyId, DomainError, uuidOf } from '@app/kernel';
import { Database } from '@app/platform';
import { ProjectQueries } from '@app/projects';
import { type ActiveConnection, pricedModels, ProviderQueries, Sandbox } from '@app/providers';
import type { EntityManager } from 'typeorm';

import { loadTokenizer } from './count-tokens.js';
import type { ConfigurationScope, Connection, ProjectConfiguration } from './project-configuration.js';

/** Projects kept in memory; the one used longest ago leaves first. */
const MOST_CONFIGURATIONS = 5_000;

/** A deleted project and a revoked key look like a key that never was. */
const unknownKey = (): DomainError => new DomainError('INVALID_API_KEY');

const READ_VERSION = `
  select config_version from counters
   where organization_id = $1 and scope = 'project' and scope_id = $2 and environment = $3 and closed_at is null`;

/** The version as well, but only for a key that holds. */
const READ_VERSION_FOR_KEY = `${READ_VERSION}
     and exists (select from admission_keys k
                  where k.organization_id = $1 and k.id = $4 and k.project_id = $2 and k.environment = $3
                    and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp()))`;

const readVersion = async (tx: EntityManager, scope: ConfigurationScope, apiKeyId?: ApiKeyId): Promise<number> => {
  const values = [uuidOf(scope.organizationId), uuidOf(scope.projectId), scope.environment];
  const rows: { config_version: string }[] = apiKeyId
    ? await tx.query(READ_VERSION_FOR_KEY, [...values, uuidOf(apiKeyId)])
    : await tx.query(READ_VERSION, values);
  const version = rows[0]?.config_version;
  if (version === undefined) throw unknownKey();
  return Number(version);
};

/** One whose credential was replaced meanwhile belongs to a configuration that is already out of date. */
const hasCredential = (connection: ActiveConnection): connection is Connection => connection.credential !== null;

/** Counts tokens of the models a capped project can reach. */
const prepareTokenizers = async ({ connections }: ProjectConfiguration): Promise<void> => {
  const models = [...connections.keys()].flatMap(pricedModels);
  for (const encoding of new Set(models.map((model) => model.encoding))) {
    if (encoding !== null) await loadTokenizer(encoding);
  }
};

const nameOf = ({ projectId, environment }: ConfigurationScope): string => `${projectId} ${environment}`;

/** Compiled configurations of projects, made from the database and kept until an admission calls them stale. */
@Injectable()
export class ProjectConfigurations {
  private readonly known = new Map<string, ProjectConfiguration>();
  private readonly loading = new Map<string, Promise<ProjectConfiguration>>();

  constructor(
    private readonly database: Database,
    private readonly projects: ProjectQueries,
    private readonly providers: ProviderQueries,
    private readonly sandbox: Sandbox,
  ) {}

  /** The configuration last read here, which only the admission may call valid. */
  async last(scope: ConfigurationScope): Promise<ProjectConfiguration> {
    const name = nameOf(scope);
    const known = this.known.get(name);
    if (known === undefined) return this.load(scope);
    this.known.delete(name);
    this.known.set(name, known);
    return known;
  }

  /** One that is newer than the given, which an admission has called stale; calls that ask together share one read. */
  async newerThan(stale: ProjectConfiguration): Promise<ProjectConfiguration> {
    const known = this.known.get(nameOf(stale));
    return known !== undefined && known.version > stale.version ? known : this.load(stale);
  }

  /**
   * The configuration of this moment, for a key that holds at this moment: for answers that no admission confirms.
   * One read of the database every time.
   */
  async current(scope: ConfigurationScope, apiKeyId: ApiKeyId): Promise<ProjectConfiguration> {
    const version = await this.database.inOrganization(scope.organizationId, (tx) => readVersion(tx, scope, apiKeyId));
    const last = await this.last(scope);
    if (last.version >= version) return last;
    // A read that was under way may have begun before this version.
    const next = await this.load(scope);
    return next.version >= version ? next : this.load(scope);
  }

  private load(scope: ConfigurationScope): Promise<ProjectConfiguration> {
    const name = nameOf(scope);
    const loading = this.loading.get(name);
    if (loading) return loading;
    const read = this.read(scope).finally(() => this.loading.delete(name));
    this.loading.set(name, read);
    return read;
  }

  private async read({ organizationId, projectId, environment }: ConfigurationScope): Promise<ProjectConfiguration> {
    const scope = { organizationId, projectId, environment };
    const configuration = await this.database.inOrganization(organizationId, (tx) => this.compile(tx, scope));
    if (configuration.capEnforced) await prepareTokenizers(configuration);
    this.keep(configuration);
    return configuration;
  }

  private async compile(tx: EntityManager, scope: ConfigurationScope): Promise<ProjectConfiguration> {
    // First the version: newer content under an older version is only read again, the reverse would admit old rules.
    const version = await readVersion(tx, scope);
    const settings = await this.projects.settings(tx, scope.projectId);
    const connections = await this.providers.activeConnections(tx, scope.organizationId, scope.projectId);
    return {
      ...scope,
      version,
      defaultProvider: settings.defaultProvider,
      defaultModel: settings.defaultModel,
      capEnforced: scope.environment === 'production' && settings.spendCap?.enforce === true,
      connections: new Map(connections.filter(hasCredential).map((connection) => [connection.provider, connection])),
      sandbox: this.sandbox.target !== null,
    };
  }

  private keep(configuration: ProjectConfiguration): void {
    const name = nameOf(configuration);
    const known = this.known.get(name);
    if (known !== undefined && known.version > configuration.version) return;
    this.known.delete(name);
    this.known.set(name, configuration);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_CONFIGURATIONS && oldest !== undefined) this.known.delete(oldest);
  }
}
