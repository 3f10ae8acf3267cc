import {
  type Asked,
  type Decider,
  type Decision,
  DomainError,
  type ProjectId,
  type StreamRef,
  unreachable,
  validationFailed,
} from '@app/kernel';

import { INITIAL_LIMITS, type ProjectSettings, type SpendCap } from './project-settings.js';
import type { ProjectEvent } from './project.events.js';

export type Project =
  | { readonly status: 'missing' }
  | ({ readonly status: 'active' } & ProjectFacts)
  | { readonly status: 'deleted'; readonly projectId: ProjectId };

export interface ProjectFacts {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly slug: string;
  readonly description: string | null;
  readonly region: string;
  readonly settings: ProjectSettings;
}

/** What a project's stream may be asked. A slug arrives chosen: whether it is free is a question to the other projects. */
export type ProjectCommand =
  | Asked<'CreateProject', Omit<ProjectFacts, 'settings'>>
  | Asked<'ChangeProjectDetails', ProjectDetailsChange>
  | Asked<'ChangeProjectSettings', ProjectSettingsChange>
  | Asked<'DeleteProject', ProjectDeletion>;

/** Members that are left out keep their value. */
export interface ProjectDetailsChange {
  readonly projectId: ProjectId;
  readonly name?: string;
  readonly description?: string | null;
}

/** Members that are left out keep their value; `null` takes a value away. */
export interface ProjectSettingsChange extends Partial<ProjectSettings> {
  readonly projectId: ProjectId;
}

export interface ProjectDeletion {
  readonly projectId: ProjectId;
  /** The project's name, typed by whoever deletes it. */
  readonly confirm: string;
}

export const projectStream = (projectId: ProjectId): StreamRef => ({ type: 'project', id: projectId, projectId });

type PlainSettings = Omit<ProjectSettings, 'spendCap'>;

/** What is known of a live project; a deleted one is as unknown as one that never was. */
export const liveProject = (project: Project): ProjectFacts => {
  if (project.status !== 'active') throw new DomainError('NOT_FOUND');
  return project;
};

const changeDetails = (change: ProjectDetailsChange, project: Project): readonly ProjectEvent[] => {
  const { name, description } = liveProject(project);
  const next = {
    name: change.name ?? name,
    description: change.description === undefined ? description : change.description,
  };
  if (next.name === name && next.description === description) return [];
  return [{ type: 'ProjectDetailsChanged', data: { projectId: change.projectId, ...next } }];
};

const sameCap = (a: SpendCap | null, b: SpendCap | null): boolean =>
  a?.monthlyMicroUsd === b?.monthlyMicroUsd && a?.enforce === b?.enforce;

const changeSettings = (change: ProjectSettingsChange, project: Project): readonly ProjectEvent[] => {
  const { projectId, spendCap } = change;
  const { spendCap: presentCap, ...plain } = liveProject(project).settings;
  const events: ProjectEvent[] = [];

  const names = Object.keys(plain) as (keyof PlainSettings)[];
  const changed = names.filter((name) => change[name] !== undefined && change[name] !== plain[name]);
  if (changed.length > 0) {
    const values: Partial<PlainSettings> = Object.fromEntries(changed.map((name) => [name, change[name]]));
    events.push({ type: 'ProjectSettingsChanged', data: { projectId, ...values } });
  }
  if (spendCap !== undefined && !sameCap(spendCap, presentCap)) {
    const cap = spendCap && { monthlyMicroUsd: spendCap.monthlyMicroUsd.toString(), enforce: spendCap.enforce };
    events.push({ type: 'SpendCapSet', data: { projectId, cap } });
  }
  return events;
};

const remove = ({ projectId, confirm }: ProjectDeletion, project: Project): readonly ProjectEvent[] => {
  if (confirm !== liveProject(project).name)
    throw validationFailed({ field: 'confirm', problem: 'is not the project name' });
  return [{ type: 'ProjectDeleted', data: { projectId } }];
};

const decide = (command: Decision<ProjectCommand>, project: Project): readonly ProjectEvent[] => {
  switch (command.type) {
    case 'CreateProject':
      if (project.status !== 'missing') throw new DomainError('CONFLICT');
      return [{ type: 'ProjectCreated', data: { ...command.data, ...INITIAL_LIMITS } }];
    case 'ChangeProjectDetails':
      return changeDetails(command.data, project);
    case 'ChangeProjectSettings':
      return changeSettings(command.data, project);
    case 'DeleteProject':
      return remove(command.data, project);
    default:
      return unreachable(command);
  }
};

const begin = ({ data }: Extract<ProjectEvent, { type: 'ProjectCreated' }>): Project => {
  const { requestsPerMinute, testRequestsPerMinute, ...facts } = data;
  const limits = { requestsPerMinute, testRequestsPerMinute };
  return {
    status: 'active',
    ...facts,
    settings: { defaultProvider: null, defaultModel: null, ...limits, spendCap: null },
  };
};

const evolve = (project: Project, event: ProjectEvent): Project => {
  if (event.type === 'ProjectCreated') return begin(event);
  if (project.status !== 'active') return project;
  switch (event.type) {
    case 'ProjectDetailsChanged':
      return { ...project, name: event.data.name, description: event.data.description };
    case 'ProjectSettingsChanged': {
      const { projectId: _, ...changed } = event.data;
      return { ...project, settings: { ...project.settings, ...changed } };
    }
    case 'SpendCapSet': {
      const { cap } = event.data;
      const spendCap = cap && { monthlyMicroUsd: BigInt(cap.monthlyMicroUsd), enforce: cap.enforce };
      return { ...project, settings: { ...project.settings, spendCap } };
    }
    case 'ProjectDeleted':
      return { status: 'deleted', projectId: project.projectId };
    default:
      return unreachable(event);
  }
};

export const projectDecider: Decider<Project, ProjectCommand, ProjectEvent> = {
  initialState: { status: 'missing' },
  decide,
  evolve,
};
