import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  type Actor,
  type CommandContext,
  type IdempotencyClaim,
  INSTANCE_ORGANIZATION,
  type Origin,
  validationFailed,
} from '@app/kernel';
import type { FastifyRequest } from 'fastify';

import { type Access, actorOf } from './principal.js';
import type { RouteMarks } from './route-marks.js';

/** Who acts on routes anybody may call; handlers that learn who it is name the actor themselves. */
const ANYBODY: Actor = { type: 'system', id: 'anybody' };

const MAX_USER_AGENT = 256;
const VERSION = /^(?:W\/)?"(\d{1,15})"$/;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Address and user agent of a request; `X-Forwarded-For` counts when the peer is in `TRUST_PROXY`. */
const originOf = ({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): Origin => {
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  return {
    ip: isIP(address) === 0 ? null : address,
    userAgent: headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
  };
};

/**
 * The version in `If-Match`. The weak form counts as well, because proxies that compress make an `ETag` weak; `*`
 * asks for nothing but existence, which every change checks anyway.
 */
const expectedVersionOf = (
  { headers, method }: FastifyRequest,
  { versioned }: Pick<RouteMarks, 'versioned'>,
): number | undefined => {
  const field = headers['if-match']?.trim();
  if (field === undefined || field === '*' || method === 'GET' || method === 'HEAD') return undefined;
  if (!versioned)
    throw validationFailed({ field: 'If-Match', problem: 'is not obeyed here: no ETag is given for this' });
  const version = VERSION.exec(field)?.[1];
  if (version === undefined) throw validationFailed({ field: 'If-Match', problem: 'must be an ETag of this resource' });
  return Number(version);
};

/** Pattern and parameters instead of the path as sent: percent-encoded spellings of one path are one route. */
const scopeOf = ({ method, route, params }: FastifyRequest, actor: Actor, key: string): readonly unknown[] => [
  'idempotency claim',
  `${actor.type}/${actor.id}`,
  method,
  route,
  params,
  key,
];

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/**
 * A claim depends on no key of the instance: a repeat means the same one after every rotation, on nodes before and
 * behind it, and the id of a new organization is made of it. Whoever has the table can try out keys that are easy to
 * guess, and gains nothing: an answer is asked for with the principal's credential, and sealed with an instance key.
 */
const claimOf = (request: FastifyRequest, actor: Actor): IdempotencyClaim | undefined => {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined || request.route?.startsWith('/v1/auth/')) return undefined;
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    throw validationFailed({ field: 'Idempotency-Key', problem: 'must be 1 to 255 visible ASCII characters' });
  }
  return {
    claim: sha256(JSON.stringify(scopeOf(request, actor, key))),
    body: sha256(request.rawBody ?? Buffer.alloc(0)),
    key,
  };
};

/**
 * The `CommandContext` of a request. `null` as access: a route anybody may call, where an Idempotency-Key has no scope
 * and is ignored.
 */
export const commandContextOf = (request: FastifyRequest, access: Access | null, marks: RouteMarks): CommandContext => {
  const actor = access === null ? ANYBODY : actorOf(access.principal);
  const idempotency = access === null || marks.withoutEffect ? undefined : claimOf(request, actor);
  const expectedVersion = expectedVersionOf(request, marks);
  return {
    organizationId: access?.organizationId ?? INSTANCE_ORGANIZATION,
    actor,
    origin: originOf(request),
    requestId: request.id,
    ...(idempotency === undefined ? {} : { idempotency }),
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  };
};
