import type { OrganizationId, ProjectId } from '@app/kernel';

import type { Owner } from './person.js';

export interface ShownProject {
  readonly id: ProjectId;
  readonly name: string;
  readonly slug: string;
}

export const projectsPath = ({ organizationId }: { readonly organizationId: OrganizationId }): string =>
  `/v1/organizations/${organizationId}/projects`;

export const settingsPath = ({ id }: ShownProject): string => `/v1/projects/${id}/settings`;

let names = 0;

/** A new project of the owner's organization, under a name of its own. */
export const createProject = async (owner: Owner, body: object = {}): Promise<ShownProject> => {
  const answer = await owner.post(projectsPath(owner), { name: `Project ${(names += 1)}`, ...body });
  if (answer.status !== 201) throw new Error(`the project answered ${answer.status}: ${answer.text}`);
  return answer.body as ShownProject;
};
