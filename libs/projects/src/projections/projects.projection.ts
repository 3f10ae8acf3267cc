import { type RecordedEvent, unreachable, uuidOf } from '@app/kernel';
import type { InlineProjection } from '@app/event-store';
import type { EntityManager } from 'typeorm';

import { type ProjectEvent, projectEvents } from '../domain/project.events.js';
import { ProjectReadModel } from './project.read-model.js';

type Changes = Partial<Omit<ProjectReadModel, 'organizationId' | 'projectId' | 'version'>>;

const insert = async (event: Extract<RecordedEvent<ProjectEvent>, { type: 'ProjectCreated' }>, tx: EntityManager) => {
  const { projectId, name, slug, description, region, requestsPerMinute, testRequestsPerMinute } = event.data;
  await tx.query(
    `insert into projects (organization_id, project_id, status, name, slug, description, region,
                           requests_per_minute, test_requests_per_minute, version, created_at)
     values ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (organization_id, project_id) do nothing`,
    [
      uuidOf(event.organizationId),
      uuidOf(projectId),
      name,
      slug,
      description,
      region,
      requestsPerMinute,
      testRequestsPerMinute,
      event.version,
      event.recordedAt,
    ],
  );
};

/** What an event changes in the row of a project that exists. */
const changesOf = (event: Exclude<RecordedEvent<ProjectEvent>, { type: 'ProjectCreated' }>): Changes => {
  switch (event.type) {
    case 'ProjectDetailsChanged':
      return { name: event.data.name, description: event.data.description };
    case 'ProjectSettingsChanged': {
      const { projectId: _, ...changed } = event.data;
      return changed;
    }
    case 'SpendCapSet':
      return {
        capMonthlyMicroUsd: event.data.cap?.monthlyMicroUsd ?? null,
        capEnforce: event.data.cap?.enforce ?? null,
      };
    case 'ProjectDeleted':
      return {
        status: 'deleted',
        name: '',
        slug: '',
        description: null,
        defaultProvider: null,
        defaultModel: null,
        deletedAt: new Date(event.recordedAt),
      };
    default:
      return unreachable(event);
  }
};

/** Names and settings of projects, which the next read of whoever changed them, and every guard, depend on. */
export const projectsProjection: InlineProjection = {
  name: 'projects',
  events: Object.keys(projectEvents),
  async project(recorded: RecordedEvent, tx: EntityManager): Promise<void> {
    const event = recorded as RecordedEvent<ProjectEvent>;
    if (event.type === 'ProjectCreated') return insert(event, tx);
    const key = { organizationId: uuidOf(event.organizationId), projectId: uuidOf(event.data.projectId) };
    await tx.update(ProjectReadModel, key, { ...changesOf(event), version: event.version });
  },
};
