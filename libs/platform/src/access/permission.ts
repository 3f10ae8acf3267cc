/**
 * The permission catalogue: what a route may require and a role may hold. Names are `<resource>:<action>` and public
 * (they stand in the details of a 403).
 */
export const PERMISSIONS = [
  'organizations:read',
  'organizations:update',
  'projects:create',
  'projects:read',
  'projects:update',
  'projects:delete',
  'settings:read',
  'settings:update',
  'providers:read',
  'providers:update',
  'api-keys:read',
  'api-keys:create',
  'api-keys:revoke-own',
  'api-keys:revoke',
  'requests:read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
