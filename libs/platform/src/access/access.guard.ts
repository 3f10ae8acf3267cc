import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError, isId } from '@app/kernel';
import type { FastifyRequest } from 'fastify';

import { commandContextOf } from './command-context.js';
import { looksLikeApiKey, presentedCredential, unauthenticated } from './credential.js';
import type { Permission } from './permission.js';
import { type Access, type AccessTarget, PermissionSource, type Principal, PrincipalResolver } from './principal.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';
import { marksOf } from './route-marks.js';
import { SessionCookie } from './session-cookie.js';

/**
 * Lets a request pass to its controller: finds out who asks, what the path is about and whether the route's
 * permission is held there. Runtime routes pass untouched, admission judges their keys.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly principals: PrincipalResolver,
    private readonly permissions: PermissionSource,
    private readonly cookie: SessionCookie,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    // The start-up check has seen every route; one that slipped past it must not be open.
    if (access === undefined) throw new DomainError('INTERNAL_ERROR');
    if (access.kind === 'runtime') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.access = access.kind === 'public' ? null : await this.judge(request, access);
    request.commandContext = commandContextOf(request, request.access, marksOf(context.getHandler()));
    return true;
  }

  private async judge(request: FastifyRequest, access: Exclude<RouteAccess, { kind: 'public' | 'runtime' }>) {
    const principal = await this.authenticate(request);
    if (principal.type === 'api_key' && (access.kind === 'session' || principal.keyType !== 'secret')) {
      throw forbidden({ required: access.kind === 'session' ? 'session' : 'secret key or session' });
    }
    return access.kind === 'permission'
      ? this.authorize(principal, request.params, access.permission)
      : anywhere(principal);
  }

  private async authenticate(request: FastifyRequest): Promise<Principal> {
    const credential = presentedCredential(request, 'management') ?? this.cookie.tokenOf(request);
    if (credential === null) throw unauthenticated('management');
    const principal = await this.principals.resolve(credential);
    if (principal !== null) return principal;
    throw looksLikeApiKey(credential) ? new DomainError('INVALID_API_KEY') : unauthenticated('management');
  }

  private async authorize(principal: Principal, params: unknown, permission: Permission): Promise<Access> {
    const reach = await this.permissions.reach(principal, targetOf(params));
    if (reach === null) throw new DomainError('NOT_FOUND');
    if (!reach.permissions.has(permission)) throw forbidden({ permission });
    return { principal, ...reach };
  }
}

const forbidden = (details: Readonly<Record<string, string>>): DomainError =>
  new DomainError('INSUFFICIENT_PERMISSIONS', undefined, details);

const anywhere = (principal: Principal): Access => ({
  principal,
  organizationId: null,
  projectId: null,
  permissions: new Set(),
});

/** A malformed id gets the answer of an unknown one. */
const targetOf = (params: unknown): Exclude<AccessTarget, { type: 'instance' }> => {
  const { organizationId, projectId } = params as Readonly<Record<string, unknown>>;
  if (isId('prj', projectId)) return { type: 'project', projectId };
  if (projectId === undefined && isId('org', organizationId)) return { type: 'organization', organizationId };
  throw new DomainError('NOT_FOUND');
};
