import type { OrganizationId, ProjectId } from '@app/kernel';

/** A project inside its organization. */
export interface ProjectScope {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
}
