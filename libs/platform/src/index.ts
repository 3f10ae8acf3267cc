export { looksLikeApiKey, presentedCredential } from './access/credential.js';
export { type DeclaredRoute, declaredRoutes } from './access/declared-routes.js';
export { PERMISSIONS, type Permission } from './access/permission.js';
export {
  type Access,
  type AccessTarget,
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
  type RouteAccess,
  RuntimeRoute,
} from './access/route-access.js';
export { Versioned, WithoutEffect } from './access/route-marks.js';
export { SessionCookie } from './access/session-cookie.js';
export { Config, type KeyRing } from './config/config.js';
export { ConfigModule } from './config/config.module.js';
export { configurationPage } from './config/configuration-page.js';
export { developmentSecrets } from './config/development-secrets.js';
export { readMigrationTarget } from './config/migration-target.js';
export { readConfig, valueOf } from './config/read-config.js';
export { StartError } from './config/start-error.js';
export type { Environment } from './config/variable.js';
export { grantAcrossTenants, handOverFunction } from './database/cross-tenant.js';
export { dataSourceOptions, type Entities } from './database/data-source.js';
export { Database } from './database/database.js';
export { databaseErrorOf, databaseUnavailable } from './database/database-failure.js';
export { DatabaseModule } from './database/database.module.js';
export { migrate, type Migrations } from './database/migrate.js';
export { protectTenantTable } from './database/tenant-table.js';
export { waitForDatabase } from './database/wait-for-database.js';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres/embedded-postgres.js';
export { BrokenSealError } from './encryption/aead.js';
export { DataKeyWrapping } from './encryption/data-key-wrapping.js';
export { EncryptionModule } from './encryption/encryption.module.js';
export {
  Envelope,
  type SealBinding,
  type Sealer,
  type SealScope,
  type SecretRef,
  SecretStore,
} from './encryption/envelope.js';
export { KeyDigests } from './encryption/key-digests.js';
export { Secret } from './encryption/secret.js';
export { isToken, mintToken } from './encryption/token.js';
export { keepFile } from './files/keep-file.js';
export { MayFail } from './http/documented-errors.js';
export { DrainRegistry } from './http/drain-registry.js';
export { AnthropicErrorBody, ErrorBody, OpenAiErrorBody } from './http/error-body.dto.js';
export { ERRORS } from './http/error-catalogue.js';
export { setETag } from './http/etag.js';
export { GracefulStop } from './http/graceful-stop.js';
export { HttpModule } from './http/http.module.js';
export { IfGiven } from './http/if-given.js';
export { ListQuery } from './http/list-query.dto.js';
export { decodeCursor, encodeCursor, type Page, pageOf, UUID_IN_CURSOR } from './http/paging.js';
export { Readiness } from './http/readiness.js';
export { renderError, renderErrorEvent } from './http/render-error.js';
export { createServer } from './http/server.js';
export { showTime } from './http/show-time.js';
export { type ErrorFamily, errorFamilyOf, surfaceOf } from './http/surface.js';
export { derivedId } from './ids/derived-id.js';
export { newId } from './ids/new-id.js';
export { describeFailure } from './logging/describe-failure.js';
export { createLog, Log } from './logging/log.js';
export { NestLog } from './logging/nest-log.js';
export { LogModule } from './logging/log.module.js';
export { Metrics } from './metrics/metrics.js';
export { MetricsServer } from './metrics/metrics-server.js';
export { platformMigrations } from './migrations.js';
export { Allowances } from './outbound/allowances.js';
export { OutboundError, outboundErrorOf } from './outbound/outbound-error.js';
export {
  type OutboundAnswer,
  OutboundHttp,
  type OutboundHttpOptions,
  type OutboundTarget,
} from './outbound/outbound-http.js';
export { parseOutboundUrl } from './outbound/outbound-url.js';
export { OutboundModule } from './outbound/outbound.module.js';
