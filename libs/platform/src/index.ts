export { CommandContexts, originOf } from './access/command-context.js';
export { looksLikeApiKey, presentedCredential, unauthenticated } from './access/credential.js';
export { type DeclaredRoute, declaredRoutes } from './access/declared-routes.js';
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
export { SessionCookie } from './access/session-cookie.js';
export { Config, type KeyRing, type OutboundAllowance } from './config/config.js';
export { ConfigModule } from './config/config.module.js';
export { configurationPage } from './config/configuration-page.js';
export { type DevelopmentSecrets, developmentSecrets } from './config/development-secrets.js';
export { type MigrationTarget, readMigrationTarget } from './config/migration-target.js';
export { isLoopback, readConfig, type ReadConfig, valueOf } from './config/read-config.js';
export { StartError } from './config/start-error.js';
export type { Environment } from './config/variable.js';
export { type CrossTenantGrant, grantAcrossTenants } from './database/cross-tenant.js';
export { type ConnectionOptions, dataSourceOptions, type Entities } from './database/data-source.js';
export { Database } from './database/database.js';
export { DatabaseModule, type DatabaseModuleOptions } from './database/database.module.js';
export { migrate, type Migrations, missingMigrations } from './database/migrate.js';
export { type ApplicationLogin, CROSS_TENANT_ROLES, type CrossTenantRole } from './database/roles.js';
export { protectTenantTable, type TableGrants } from './database/tenant-table.js';
export { waitForDatabase } from './database/wait-for-database.js';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres/embedded-postgres.js';
export { BrokenSealError } from './encryption/aead.js';
export { DataKeyWrapping, type Rewrapping } from './encryption/data-key-wrapping.js';
export { EncryptionModule } from './encryption/encryption.module.js';
export {
  Envelope,
  type SealBinding,
  type Sealer,
  type SealScope,
  type SecretRef,
  SecretStore,
} from './encryption/envelope.js';
export { type KeyDigest, KeyDigests } from './encryption/key-digests.js';
export { Secret } from './encryption/secret.js';
export { isToken, mintToken } from './encryption/token.js';
export { keepFile } from './files/keep-file.js';
export { MANAGEMENT_BODY_LIMIT, RUNTIME_BODY_LIMIT } from './http/body-parsers.js';
export { MayFail } from './http/documented-errors.js';
export { DrainRegistry, type OpenStream } from './http/drain-registry.js';
export { AnthropicErrorBody, ErrorBody, OpenAiErrorBody } from './http/error-body.dto.js';
export { type ErrorEntry, ERRORS } from './http/error-catalogue.js';
export { setETag } from './http/etag.js';
export { GracefulStop, type StopPlan } from './http/graceful-stop.js';
export { HttpModule, type HttpModuleOptions } from './http/http.module.js';
export { ListQuery } from './http/list-query.dto.js';
export { decodeCursor, encodeCursor, type Page, pageOf } from './http/paging.js';
export { Readiness } from './http/readiness.js';
export { type RenderedError, renderError, renderErrorEvent } from './http/render-error.js';
export { createServer, type ServerParts } from './http/server.js';
export { showTime } from './http/show-time.js';
export { parseJsonObject, RUNTIME_JSON } from './http/strict-json.js';
export { type ErrorFamily, errorFamilyOf, type Surface, surfaceOf } from './http/surface.js';
export { derivedId } from './ids/derived-id.js';
export { newId } from './ids/new-id.js';
export { describeFailure } from './logging/describe-failure.js';
export { createLog, Log, type LogField, type LogFields } from './logging/log.js';
export { NestLog } from './logging/nest-log.js';
export { LogModule } from './logging/log.module.js';
export { Metrics } from './metrics/metrics.js';
export { MetricsServer } from './metrics/metrics-server.js';
export { platformMigrations } from './migrations.js';
export { type Resolve } from './outbound/address-judge.js';
export { Allowances, type OutboundUse } from './outbound/allowances.js';
export { OutboundError, outboundErrorOf, type OutboundReason } from './outbound/outbound-error.js';
export {
  type OutboundAnswer,
  OutboundHttp,
  type OutboundHttpOptions,
  type OutboundRequest,
  type OutboundTarget,
} from './outbound/outbound-http.js';
export { type OutboundUrl, parseOutboundUrl } from './outbound/outbound-url.js';
export { OutboundModule } from './outbound/outbound.module.js';
