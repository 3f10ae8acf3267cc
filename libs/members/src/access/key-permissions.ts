import type { Permission, Principal } from '@app/platform';

type Key = Extract<Principal, { type: 'api_key' }>;

const TEST = ['projects:read', 'settings:read', 'providers:read', 'api-keys:read', 'requests:read'] as const;

const LIVE = [
  ...TEST,
  'projects:update',
  'settings:update',
  'providers:update',
  'api-keys:create',
  'api-keys:revoke-own',
  'api-keys:revoke',
] as const;

const PERMISSIONS_OF_LIVE_KEY: ReadonlySet<Permission> = new Set<Permission>(LIVE);
const PERMISSIONS_OF_TEST_KEY: ReadonlySet<Permission> = new Set<Permission>(TEST);
export const NO_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>();

/** What a key may do in its own project: a secret one manages it, one for tests only reads, all others only make calls. */
export const permissionsOfKey = ({ keyType, environment }: Key): ReadonlySet<Permission> => {
  if (keyType !== 'secret') return NO_PERMISSIONS;
  return environment === 'production' ? PERMISSIONS_OF_LIVE_KEY : PERMISSIONS_OF_TEST_KEY;
};
