import { type AccountId, idOf, type OrganizationId, uuidOf } from '@app/kernel';
import { type AccessTarget, Database, PermissionSource, type Principal, type Reach } from '@app/platform';
import { Injectable } from '@nestjs/common';

import type { Role } from '../domain/role.js';
import { NO_PERMISSIONS, permissionsOfKey } from './key-permissions.js';
import { PERMISSIONS_OF_ROLE } from './role-permissions.js';

type Target = Exclude<AccessTarget, { type: 'instance' }>;
type KeyPrincipal = Extract<Principal, { type: 'api_key' }>;

/** Rights come from the database for every request, in one round trip: what was taken away is gone at once. */
@Injectable()
export class RolePermissionSource extends PermissionSource {
  constructor(private readonly database: Database) {
    super();
  }

  override reach(principal: Principal, target: Target): Promise<Reach | null> {
    return principal.type === 'user' ? this.#ofPerson(principal.accountId, target) : this.#ofKey(principal, target);
  }

  async #ofPerson(accountId: AccountId, target: Target): Promise<Reach | null> {
    const organization = target.type === 'organization' ? uuidOf(target.organizationId) : null;
    const project = target.type === 'project' ? uuidOf(target.projectId) : null;
    const [found] = await this.database.lookup<{ organizationId: string; role: Role }>(
      `select organization_id as "organizationId", role from find_reach($1, $2, $3)`,
      [uuidOf(accountId), organization, project],
    );
    if (found === undefined) return null;
    return reachOf(idOf('org', found.organizationId), target, PERMISSIONS_OF_ROLE[found.role]);
  }

  /** A key reaches its own project, and its organization by name only: there it may do nothing. */
  async #ofKey(key: KeyPrincipal, target: Target): Promise<Reach | null> {
    if (target.type === 'organization') {
      return target.organizationId === key.organizationId ? reachOf(key.organizationId, target, NO_PERMISSIONS) : null;
    }
    if (target.projectId !== key.projectId) return null;
    const [project] = await this.database.lookup<{ status: string }>('select status from find_project($1)', [
      uuidOf(key.projectId),
    ]);
    return project?.status === 'active' ? reachOf(key.organizationId, target, permissionsOfKey(key)) : null;
  }
}

const reachOf = (organizationId: OrganizationId, target: Target, permissions: Reach['permissions']): Reach => ({
  organizationId,
  projectId: target.type === 'project' ? target.projectId : null,
  permissions,
});
