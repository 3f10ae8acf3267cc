import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import {
  type Actor,
  type CommandContext,
  type IdempotencyClaim,
  INSTANCE_ORGANIZATION,
  type OrganizationId,
  type Origin,
  validationFailed,
} from '@app/kernel';
import type { FastifyRequest } from 'fastify';

import { Config } from '../config/config.js';
import { actorOf, type Principal } from './principal.js';

/** Who acts on routes anybody may call; handlers that learn who it is name the actor themselves. */
const ANYBODY: Actor = { type: 'system', id: 'anybody' };

const MAX_USER_AGENT = 256;
const VERSION = /^(?:W\/)?"(\d{1,15})"$/;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Address and user agent of a request; `X-Forwarded-For` counts when the peer is in `TRUST_PROXY`. */
export const originOf = ({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): Origin => {
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
const expectedVersionOf = ({ headers, method }: FastifyRequest): number | undefined => {
  const field = headers['if-match']?.trim();
  if (field === undefined || field === '*' || method === 'GET' || method === 'HEAD') return undefined;
  const version = VERSION.exec(field)?.[1];
  if (version === undefined) throw validationFailed({ field: 'If-Match', problem: 'must be an ETag of this resource' });
  return Number(version);
};

/** Makes the `CommandContext` of a request. */
@Injectable()
export class CommandContexts {
  readonly #claimKey: Buffer;

  constructor({ keyPeppers }: Config) {
    const pepper = keyPeppers[0]?.key.reveal() ?? '';
    this.#claimKey = Buffer.from(hkdfSync('sha256', Buffer.from(pepper, 'base64'), '', 'idempotency claim', 32));
  }

  /** `null` as principal: a route anybody may call, where an Idempotency-Key has no scope and is ignored. */
  of(request: FastifyRequest, principal: Principal | null, organizationId: OrganizationId | null): CommandContext {
    const actor = principal === null ? ANYBODY : actorOf(principal);
    const idempotency = principal === null ? undefined : this.claimOf(request, actor);
    const expectedVersion = expectedVersionOf(request);
    return {
      organizationId: organizationId ?? INSTANCE_ORGANIZATION,
      actor,
      origin: originOf(request),
      requestId: request.id,
      ...(idempotency === undefined ? {} : { idempotency }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
    };
  }

  private claimOf(request: FastifyRequest, actor: Actor): IdempotencyClaim | undefined {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || request.route?.startsWith('/v1/auth/')) return undefined;
    if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
      throw validationFailed({ field: 'Idempotency-Key', problem: 'must be 1 to 255 visible ASCII characters' });
    }
    return {
      claim: createHmac('sha256', this.#claimKey)
        .update(JSON.stringify(scopeOf(request, actor, key)))
        .digest('hex'),
      body: createHash('sha256')
        .update(request.rawBody ?? Buffer.alloc(0))
        .digest('hex'),
      key,
    };
  }
}

/** Pattern and parameters instead of the path as sent: percent-encoded spellings of one path are one route. */
const scopeOf = ({ method, route, params }: FastifyRequest, actor: Actor, key: string): readonly unknown[] => [
  `${actor.type}/${actor.id}`,
  method,
  route,
  params,
  key,
];
