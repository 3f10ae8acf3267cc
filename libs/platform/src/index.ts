export { PERMISSIONS, type Permission } from './access/permission.js';
export {
  type Access,
  type AccessTarget,
  actorOf,
  PermissionSource,
  type Principal,
  PrincipalResolver,
  type Reach,
} from './access/principal.js';
export {
  CurrentAccess,
  CurrentContext,
  Public,
  RequirePermission,
  RequirePrincipal,
  RequireSession,
  ROUTE_ACCESS,
  type RouteAccess,
  RuntimeRoute,
} from './access/route-access.js';
export { Config, type KeyRing, type OutboundAllowance } from './config/config.js';
export { Database } from './database/database.js';
export { protectTenantTable, type TableGrants } from './database/tenant-table.js';
export { Envelope, type SealBinding, type SealScope, SecretStore } from './encryption/envelope.js';
export { Secret } from './encryption/secret.js';
export { decodeCursor, encodeCursor, ListQuery, type Page, pageOf } from './http/paging.js';
export { newId } from './ids/new-id.js';
