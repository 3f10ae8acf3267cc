import { type AccountId, idOf, uuidOf } from '@app/kernel';
import { Database, type ListQuery, type Page, type Principal } from '@app/platform';
import { ProjectQueries, ProjectsOfOrganizations, type ProjectView } from '@app/projects';
import { Injectable } from '@nestjs/common';

type KeyPrincipal = Extract<Principal, { type: 'api_key' }>;

/** All projects a principal reaches: those of a person's organizations, or the one of a key. */
@Injectable()
export class ReachableProjects {
  constructor(
    private readonly database: Database,
    private readonly projects: ProjectQueries,
    private readonly projectsOfOrganizations: ProjectsOfOrganizations,
  ) {}

  /** Newest first. */
  page(principal: Principal, query: ListQuery): Promise<Page<ProjectView>> {
    return principal.type === 'user' ? this.#ofPerson(principal.accountId, query) : this.#ofKey(principal, query);
  }

  async #ofPerson(accountId: AccountId, query: ListQuery): Promise<Page<ProjectView>> {
    const memberships = await this.database.lookup<{ organizationId: string }>(
      `select organization_id as "organizationId" from find_memberships($1)`,
      [uuidOf(accountId)],
    );
    const organizationIds = memberships.map(({ organizationId }) => idOf('org', organizationId));
    return this.projectsOfOrganizations.page(organizationIds, query);
  }

  async #ofKey({ organizationId, projectId }: KeyPrincipal, { cursor }: ListQuery): Promise<Page<ProjectView>> {
    const project = await this.database.inOrganization(organizationId, (tx) => this.projects.get(tx, projectId));
    return { data: cursor === undefined ? [project] : [], nextCursor: null };
  }
}
