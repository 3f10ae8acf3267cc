import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';

import type { Permission } from './permission.js';

/** How a route decides who may call it. A route without one of these stops the start. */
export type RouteAccess =
  /** Anybody: probes, documents, sign-up and sign-in. */
  | { readonly kind: 'public' }
  /** Any signed-in person; keys are refused. */
  | { readonly kind: 'session' }
  /** A signed-in person or a secret key, without a target: lists that show only what the caller reaches. */
  | { readonly kind: 'principal' }
  /** A permission on the organization or project of the path (`:organizationId` or `:projectId`). */
  | { readonly kind: 'permission'; readonly permission: Permission }
  /** A runtime route: the gateway authenticates by itself, inside admission. */
  | { readonly kind: 'runtime' };

export const ROUTE_ACCESS = Symbol('route-access');

export const Public = () => SetMetadata(ROUTE_ACCESS, { kind: 'public' } satisfies RouteAccess);
export const RequireSession = () => SetMetadata(ROUTE_ACCESS, { kind: 'session' } satisfies RouteAccess);
export const RequirePrincipal = () => SetMetadata(ROUTE_ACCESS, { kind: 'principal' } satisfies RouteAccess);
export const RequirePermission = (permission: Permission) =>
  SetMetadata(ROUTE_ACCESS, { kind: 'permission', permission } satisfies RouteAccess);
export const RuntimeRoute = () => SetMetadata(ROUTE_ACCESS, { kind: 'runtime' } satisfies RouteAccess);

/** The `Access` the guard found. */
export const CurrentAccess = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<{ access: unknown }>().access;
});

/**
 * The `CommandContext` of a management request: organization of the path (else the instance), actor, origin, request
 * id, the claim of its `Idempotency-Key` and the version in its `If-Match`.
 */
export const CurrentContext = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<{ commandContext: unknown }>().commandContext;
});
