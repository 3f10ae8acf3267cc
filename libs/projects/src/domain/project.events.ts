import type { DomainEvent, EventDefinitions, ProjectId } from '@app/kernel';

type ProjectCreated = DomainEvent<
  'ProjectCreated',
  {
    readonly projectId: ProjectId;
    readonly name: string;
    readonly slug: string;
    readonly description: string | null;
    /** Where the project's data is placed; never changes. */
    readonly region: string;
    /** The limits the project begins with, so that another default changes no project that stands. */
    readonly requestsPerMinute: number;
    readonly testRequestsPerMinute: number;
  }
>;

/** New name and description; the slug stays, it stands in people's links. */
type ProjectDetailsChanged = DomainEvent<
  'ProjectDetailsChanged',
  { readonly projectId: ProjectId; readonly name: string; readonly description: string | null }
>;

/** Holds only the members that changed. */
type ProjectSettingsChanged = DomainEvent<
  'ProjectSettingsChanged',
  {
    readonly projectId: ProjectId;
    readonly defaultProvider?: string | null;
    readonly defaultModel?: string | null;
    /** Calls a minute of production keys, 1 to 1,000,000. */
    readonly requestsPerMinute?: number;
    /** Calls a minute of test keys; the lower of this and `requestsPerMinute` holds. */
    readonly testRequestsPerMinute?: number;
  }
>;

/** `null`: no cap. Without `enforce` the cap only informs. */
type SpendCapSet = DomainEvent<
  'SpendCapSet',
  {
    readonly projectId: ProjectId;
    readonly cap: { readonly monthlyMicroUsd: string; readonly enforce: boolean } | null;
  }
>;

type ProjectDeleted = DomainEvent<'ProjectDeleted', { readonly projectId: ProjectId }>;

export type ProjectEvent =
  ProjectCreated | ProjectDetailsChanged | ProjectSettingsChanged | SpendCapSet | ProjectDeleted;

export const projectEvents: EventDefinitions<ProjectEvent> = {
  ProjectCreated: { schemaVersion: 1, sealed: ['name', 'slug', 'description'] },
  ProjectDetailsChanged: { schemaVersion: 1, sealed: ['name', 'description'] },
  ProjectSettingsChanged: { schemaVersion: 1, sealed: ['defaultProvider', 'defaultModel'] },
  SpendCapSet: { schemaVersion: 1, sealed: [] },
  ProjectDeleted: { schemaVersion: 1, sealed: [] },
};
