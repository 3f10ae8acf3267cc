import { idOf, type OrganizationId, uuidOf } from '@app/kernel';
import { Database, decodeCursor, type ListQuery, type Page, pageOf, UUID_IN_CURSOR } from '@app/platform';
import { Injectable } from '@nestjs/common';

import { ProjectQueries } from './project.queries.js';
import type { ProjectView } from './project.view.js';

interface Found {
  readonly organizationId: string;
  readonly projectId: string;
}

/**
 * Projects of several organizations in one list, newest first. No transaction sees two organizations: a look-up names
 * the projects, then every organization shows its own.
 */
@Injectable()
export class ProjectsOfOrganizations {
  constructor(
    private readonly database: Database,
    private readonly projects: ProjectQueries,
  ) {}

  async page(organizationIds: readonly OrganizationId[], { limit, cursor }: ListQuery): Promise<Page<ProjectView>> {
    const [before = null] = cursor === undefined ? [] : decodeCursor(cursor, [UUID_IN_CURSOR]);
    const found = await this.database.lookup<Found>(
      `select organization_id as "organizationId", project_id as "projectId" from find_projects($1, $2, $3)`,
      [organizationIds.map(uuidOf), before, limit + 1],
    );
    const { data, nextCursor } = pageOf(
      found,
      limit,
      (row) => row,
      ({ projectId }) => [projectId],
    );
    return { data: await this.shown(data), nextCursor };
  }

  /** In the order they were found; one that has been deleted meanwhile is left out. */
  private async shown(found: readonly Found[]): Promise<readonly ProjectView[]> {
    const views = new Map<string, ProjectView>();
    for (const organization of new Set(found.map(({ organizationId }) => organizationId))) {
      const organizationId = idOf('org', organization);
      const ids = found.flatMap((row) => (row.organizationId === organization ? [row.projectId] : []));
      const live = await this.database.inOrganization(organizationId, (tx) =>
        this.projects.byId(tx, organizationId, ids),
      );
      for (const [id, view] of live) views.set(id, view);
    }
    return found.flatMap(({ projectId }) => views.get(projectId) ?? []);
  }
}
