import { type ProjectId, slugOf } from '@app/kernel';

/** A name without a letter that can stand in an address (`日本語`) takes the end of the id, which differs between projects. */
export const projectSlugOf = (name: string, projectId: ProjectId): string => {
  const slug = slugOf(name);
  return slug === '' ? `project-${projectId.slice(-8)}` : slug;
};
