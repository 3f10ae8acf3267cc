import type { Permission } from '@app/platform';

import type { Role } from '../domain/role.js';

const VIEWER = ['organizations:read', 'projects:read', 'requests:read'] as const satisfies readonly Permission[];

const DEVELOPER = [
  ...VIEWER,
  'settings:read',
  'providers:read',
  'api-keys:read',
  'api-keys:create',
  'api-keys:revoke-own',
] as const satisfies readonly Permission[];

const ADMIN = [
  ...DEVELOPER,
  'organizations:update',
  'projects:create',
  'projects:update',
  'settings:update',
  'providers:update',
  'api-keys:revoke',
] as const satisfies readonly Permission[];

const OWNER = [...ADMIN, 'projects:delete'] as const satisfies readonly Permission[];

/** What a member may do, in the organization and in all its projects. */
export const PERMISSIONS_OF_ROLE: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set<Permission>(OWNER),
  admin: new Set<Permission>(ADMIN),
  developer: new Set<Permission>(DEVELOPER),
  viewer: new Set<Permission>(VIEWER),
};
