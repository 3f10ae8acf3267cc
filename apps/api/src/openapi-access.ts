import { unreachable } from '@app/kernel';
import type { RouteAccess } from '@app/platform';
import type { OpenAPIObject } from '@nestjs/swagger';

import type { DocumentedRoute, Operation } from './openapi-routes.js';

type SecuritySchemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

export const SECURITY_SCHEMES: SecuritySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A session (`ses_…`) on management routes, a key (`csk_…`, `csk_test_…`) everywhere it may go.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'CENCORI_API_KEY',
    description: 'A key. A proxy in front must let header names with underscores pass.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'gateway_session',
    description: 'The cookie of sign-in (`__Host-gateway_session` under https); management routes, from our own pages.',
  },
  projectKey: {
    type: 'http',
    scheme: 'basic',
    description: 'The project key for `/api/public/*`: user `api-key`, the key as password.',
  },
};

const CREDENTIALS: Readonly<Record<RouteAccess['kind'], readonly (keyof typeof SECURITY_SCHEMES)[]>> = {
  public: [],
  session: ['bearer', 'session'],
  principal: ['bearer', 'apiKey', 'session'],
  permission: ['bearer', 'apiKey', 'session'],
  runtime: ['bearer', 'apiKey'],
};

const rightOf = (access: RouteAccess): string | null => {
  switch (access.kind) {
    case 'permission':
      return `Needs the permission \`${access.permission}\`.`;
    case 'session':
      return 'For signed-in people; keys are refused.';
    case 'principal':
      return 'For signed-in people and secret keys; shows what the caller reaches.';
    case 'public':
    case 'runtime':
      return null;
    default:
      return unreachable(access);
  }
};

export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Repeats with this key and the same body get the first answer for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
} satisfies NonNullable<Operation['parameters']>[number];

/**
 * Every POST with an effect. Signing in and out has no answer worth keeping, and the gateway's calls are not commands:
 * they ignore the header.
 */
const takesIdempotencyKey = ({ method, path, route }: DocumentedRoute): boolean =>
  method === 'post' &&
  !route.withoutEffect &&
  !path.startsWith('/v1/auth/') &&
  route.access?.kind !== 'public' &&
  route.access?.kind !== 'runtime';

/** What a route's declared access says about credentials, permission and idempotency. */
export const addAccess = (routes: readonly DocumentedRoute[]): void => {
  for (const documented of routes) {
    const { operation, route } = documented;
    const { access } = route;
    if (access === undefined) continue;
    operation.security = CREDENTIALS[access.kind].map((name) => ({ [name]: [] }));
    operation.description = [operation.description, rightOf(access)].filter(Boolean).join('\n\n') || undefined;
    if (takesIdempotencyKey(documented)) operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  }
};
