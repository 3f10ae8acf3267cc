import type { ApiKeyId, CommandContext, OrganizationId, ProjectId } from '@app/kernel';

import type { Access } from '../access/principal.js';
import type { ErrorFamily, Surface } from './surface.js';

/** Whose call a runtime request is. */
interface Caller {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  readonly apiKeyId: ApiKeyId;
}

/** What the platform adds to a request. `id` is the `req_…` of this request, the answer's `X-Request-Id`. */
declare module 'fastify' {
  interface FastifyRequest {
    /** Pattern of the route, for instance `/v1/projects/:projectId`; `null` when none matched. */
    route: string | null;
    surface: Surface;
    errorFamily: ErrorFamily;
    /** The body's bytes of a management request. Runtime routes have them as `body`. */
    rawBody: Buffer | null;
    /** Set by the guard on management routes. */
    access: Access | null;
    commandContext: CommandContext | null;
    /** Set by runtime routes, which authenticate by themselves, so that the log line says whose call it was. */
    caller: Caller | null;
  }
}
