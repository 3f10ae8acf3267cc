import { idOf } from '@app/kernel';
import { type Permission, PERMISSIONS } from '@app/platform';

import { ROLES } from '../domain/role.js';
import { permissionsOfKey } from './key-permissions.js';
import { PERMISSIONS_OF_ROLE } from './role-permissions.js';

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
const key = (keyType: 'secret' | 'publishable' | 'agent', environment: 'production' | 'test') =>
  permissionsOfKey({
    type: 'api_key',
    apiKeyId: idOf('key', uuid),
    keyType,
    environment,
    organizationId: idOf('org', uuid),
    projectId: idOf('prj', uuid),
  });

const holders: Readonly<Record<string, ReadonlySet<Permission>>> = {
  ...PERMISSIONS_OF_ROLE,
  live: key('secret', 'production'),
  test: key('secret', 'test'),
};

/** The table of the contract, one line a permission. */
const TABLE: Readonly<Record<Permission, readonly string[]>> = {
  'organizations:read': ['owner', 'admin', 'developer', 'viewer'],
  'organizations:update': ['owner', 'admin'],
  'projects:create': ['owner', 'admin'],
  'projects:read': ['owner', 'admin', 'developer', 'viewer', 'live', 'test'],
  'projects:update': ['owner', 'admin', 'live'],
  'projects:delete': ['owner'],
  'settings:read': ['owner', 'admin', 'developer', 'live', 'test'],
  'settings:update': ['owner', 'admin', 'live'],
  'providers:read': ['owner', 'admin', 'developer', 'live', 'test'],
  'providers:update': ['owner', 'admin', 'live'],
  'api-keys:read': ['owner', 'admin', 'developer', 'live', 'test'],
  'api-keys:create': ['owner', 'admin', 'developer', 'live'],
  'api-keys:revoke-own': ['owner', 'admin', 'developer', 'live'],
  'api-keys:revoke': ['owner', 'admin', 'live'],
  'requests:read': ['owner', 'admin', 'developer', 'viewer', 'live', 'test'],
};

describe('permissions', () => {
  it.each(PERMISSIONS)('%s is held by exactly those the contract names', (permission) => {
    const held = Object.keys(holders).filter((holder) => holders[holder]?.has(permission));
    expect(held).toEqual(TABLE[permission]);
  });

  it('of a lower role are a part of those of a higher one', () => {
    for (const [i, higher] of ROLES.entries()) {
      for (const lower of ROLES.slice(i + 1)) {
        expect([...PERMISSIONS_OF_ROLE[lower]].filter((held) => !PERMISSIONS_OF_ROLE[higher].has(held))).toEqual([]);
      }
    }
  });

  it.each(['publishable', 'agent'] as const)('are none for a key that only makes calls: %s', (keyType) => {
    expect(key(keyType, 'production').size).toBe(0);
    expect(key(keyType, 'test').size).toBe(0);
  });
});
