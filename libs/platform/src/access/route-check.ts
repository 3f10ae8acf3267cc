import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import { StartError } from '../config/start-error.js';
import { surfaceOf } from '../http/surface.js';
import { type DeclaredRoute, declaredRoutes } from './declared-routes.js';

const isTarget = (part: string): boolean => part === ':organizationId' || part === ':projectId';

const problemOf = ({ access, paths }: DeclaredRoute): string | null => {
  if (access === undefined) return 'declares no access';
  if (access.kind === 'public') return null;
  const runtime = paths.map((path) => surfaceOf(path) === 'runtime');
  if (access.kind === 'runtime') return runtime.every(Boolean) ? null : 'is a runtime route outside the runtime paths';
  if (runtime.some(Boolean)) return 'asks for a session on a runtime path';
  if (access.kind !== 'permission') return null;
  return paths.every((path) => path.split('/').filter(isTarget).length === 1)
    ? null
    : 'requires a permission but its path does not name one organization or project';
};

/** Stops the start when a route does not say who may call it, before a request can meet it. */
@Injectable()
export class RouteCheck implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    const problems = declaredRoutes(this.modules).flatMap((route) => {
      const problem = problemOf(route);
      return problem === null
        ? []
        : `${route.method} ${route.paths.join(', ')} (${route.controller}.${route.handler}) ${problem}`;
    });
    if (problems.length > 0) throw new StartError(`Routes that cannot be served:\n  ${problems.join('\n  ')}`);
  }
}
