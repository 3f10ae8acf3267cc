import type { AccountId, Actor, ApiKeyId, OrganizationId, ProjectId, SessionId } from '@app/kernel';

import type { Permission } from './permission.js';

/** Who sent a management request. */
export type Principal =
  | { readonly type: 'user'; readonly accountId: AccountId; readonly sessionId: SessionId }
  | {
      readonly type: 'api_key';
      readonly apiKeyId: ApiKeyId;
      readonly keyType: 'secret' | 'publishable' | 'agent';
      readonly environment: 'production' | 'test';
      readonly organizationId: OrganizationId;
      readonly projectId: ProjectId;
    };

export const actorOf = (principal: Principal): Actor =>
  principal.type === 'user' ? { type: 'user', id: principal.accountId } : { type: 'api_key', id: principal.apiKeyId };

/** What a route is about, taken from its path. */
export type AccessTarget =
  | { readonly type: 'instance' }
  | { readonly type: 'organization'; readonly organizationId: OrganizationId }
  | { readonly type: 'project'; readonly projectId: ProjectId };

/** What the guard found: handed to the controller by `@CurrentAccess()`. */
export interface Access {
  readonly principal: Principal;
  /** `null` on routes about no organization, such as `GET /v1/me`. */
  readonly organizationId: OrganizationId | null;
  readonly projectId: ProjectId | null;
  readonly permissions: ReadonlySet<Permission>;
}

/** Turns the credential of a management request into a principal. The apps bind it: accounts know sessions, api-keys know keys. */
export abstract class PrincipalResolver {
  /** `null` for a credential that is unknown, malformed, expired or revoked. */
  abstract resolve(credential: string): Promise<Principal | null>;
}

export interface Reach {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId | null;
  readonly permissions: ReadonlySet<Permission>;
}

/** Says what a principal may do with a target. The apps bind it: members know roles. */
export abstract class PermissionSource {
  /** `null` when the target does not exist or is outside the principal's reach: both are the same 404. */
  abstract reach(principal: Principal, target: Exclude<AccessTarget, { type: 'instance' }>): Promise<Reach | null>;
}
