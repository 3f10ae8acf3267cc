import type { Migrations } from '@app/platform';

import { Projects1763700005000 } from './projections/1763700005000-projects.migration.js';
import { ProjectReadModel } from './projections/project.read-model.js';

export { projectDecider, projectStream } from './domain/project.decider.js';
export type { ProjectScope } from './domain/project-scope.js';
export { type ProjectEvent, projectEvents } from './domain/project.events.js';
export { NotEnforcedYet } from './http/not-enforced-yet.js';
export { ProjectPage } from './http/project.dto.js';
export { ProjectQueries } from './projections/project.queries.js';
export type { ProjectView } from './projections/project.view.js';
export { ProjectsOfOrganizations } from './projections/projects-of-organizations.js';
export { projectsProjection } from './projections/projects.projection.js';
export { ProjectsModule } from './projects.module.js';

export const projectsMigrations: Migrations = [Projects1763700005000];
export const projectsEntities = [ProjectReadModel] as const;
