import { Injectable } from '@nestjs/common';
import { DomainError, idOf, type OrganizationId, type ProjectId, uuidOf } from '@app/kernel';
import { decodeCursor, type ListQuery, type Page, pageOf, showTime, UUID_IN_CURSOR } from '@app/platform';
import { type EntityManager, In, LessThan } from 'typeorm';

import type { ProjectSettings } from '../domain/project-settings.js';
import { ProjectReadModel } from './project.read-model.js';
import type { ProjectView } from './project.view.js';

const viewOf = (row: ProjectReadModel): ProjectView => ({
  id: idOf('prj', row.projectId),
  organizationId: idOf('org', row.organizationId),
  name: row.name,
  slug: row.slug,
  region: row.region,
  description: row.description,
  createdAt: showTime(row.createdAt),
});

/** Settings as enforced, with the stream version they belong to. */
export interface VersionedSettings extends ProjectSettings {
  readonly version: number;
}

/** Reads of live projects; a deleted one is as unknown as one that never was. */
@Injectable()
export class ProjectQueries {
  async get(tx: EntityManager, projectId: ProjectId): Promise<ProjectView> {
    return viewOf(await this.row(tx, projectId));
  }

  async settings(tx: EntityManager, projectId: ProjectId): Promise<VersionedSettings> {
    const row = await this.row(tx, projectId);
    return {
      defaultProvider: row.defaultProvider,
      defaultModel: row.defaultModel,
      requestsPerMinute: row.requestsPerMinute,
      testRequestsPerMinute: row.testRequestsPerMinute,
      spendCap:
        row.capMonthlyMicroUsd === null
          ? null
          : { monthlyMicroUsd: BigInt(row.capMonthlyMicroUsd), enforce: row.capEnforce === true },
      version: row.version,
    };
  }

  /** NOT_FOUND unless the project is live. Inside a command transaction the answer holds until the commit. */
  async requireLive(tx: EntityManager, projectId: ProjectId): Promise<void> {
    await this.row(tx, projectId);
  }

  /** Whether a live project of the organization has this slug. */
  slugTaken(tx: EntityManager, organizationId: OrganizationId, slug: string): Promise<boolean> {
    return tx.existsBy(ProjectReadModel, { organizationId: uuidOf(organizationId), slug, status: 'active' });
  }

  /** Newest first. */
  async page(tx: EntityManager, organizationId: OrganizationId, query: ListQuery): Promise<Page<ProjectView>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, [UUID_IN_CURSOR]);
    const rows = await tx.find(ProjectReadModel, {
      where: {
        organizationId: uuidOf(organizationId),
        status: 'active',
        ...(before !== undefined && { projectId: LessThan(before) }),
      },
      order: { projectId: 'DESC' },
      take: query.limit + 1,
    });
    return pageOf(rows, query.limit, viewOf, ({ projectId }) => [projectId]);
  }

  /** Those of the given projects that are live, by id. */
  async byId(
    tx: EntityManager,
    organizationId: OrganizationId,
    projectIds: readonly string[],
  ): Promise<ReadonlyMap<string, ProjectView>> {
    const rows = await tx.findBy(ProjectReadModel, {
      organizationId: uuidOf(organizationId),
      status: 'active',
      projectId: In([...projectIds]),
    });
    return new Map(rows.map((row) => [row.projectId, viewOf(row)]));
  }

  private async row(tx: EntityManager, projectId: ProjectId): Promise<ProjectReadModel> {
    const row = await tx.findOneBy(ProjectReadModel, { projectId: uuidOf(projectId), status: 'active' });
    if (row === null) throw new DomainError('NOT_FOUND');
    return row;
  }
}
