import { DomainError } from '@app/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import './request.js';
import type { Config } from '../config/config.js';
import { allowReading, preflightFields } from './cors.js';
import { checkHeaders } from './header-rules.js';
import { HostRule } from './host-rule.js';
import type { Readiness } from './readiness.js';
import { protectAnswer } from './security-headers.js';
import { errorFamilyOf, pathOf, surfaceOf } from './surface.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What happens to every request before its body is read. */
export class RequestPipeline {
  readonly #hostRule: HostRule;
  readonly #https: boolean;

  constructor(
    private readonly server: FastifyInstance,
    config: Pick<Config, 'publicUrl' | 'embedded'>,
    private readonly readiness: Readiness,
  ) {
    this.#hostRule = new HostRule(config);
    this.#https = config.publicUrl.startsWith('https:');
  }

  /** Sorts the request and gives the raw answer its fields, so that replies written past Fastify carry them too. */
  prepare(request: FastifyRequest, reply: FastifyReply): void {
    const asked = pathOf(request.originalUrl);
    request.route = request.routeOptions.url ?? null;
    request.surface = surfaceOf(request.route ?? asked);
    // Only a path that matched no route is judged by its spelling; the alias decides how an error looks.
    request.errorFamily = errorFamilyOf(
      request.route === null ? asked : `${asked.startsWith('/api/v1/') ? '/api' : ''}${request.route}`,
    );
    const answer = reply.raw;
    answer.setHeader('x-request-id', request.id);
    if (request.errorFamily === 'anthropic') answer.setHeader('request-id', request.id);
    if (request.surface === 'runtime') allowReading(request, answer);
    protectAnswer(request.surface, this.#https, answer);
    if (this.readiness.draining) answer.setHeader('connection', 'close');
  }

  /** Refuses, or answers `OPTIONS`; `true` when the request may go on. */
  judge(request: FastifyRequest, reply: FastifyReply): boolean {
    checkHeaders(request);
    this.#hostRule.check(request.surface, request.headers.host);
    if (!request.is404) return true;
    if (request.method === 'OPTIONS' && request.surface === 'runtime') {
      void reply.code(204).headers(preflightFields(request)).send();
      return false;
    }
    const methods = METHODS.filter((method) => this.server.findRoute({ method, url: pathOf(request.url) }) !== null);
    if (methods.length === 0) throw new DomainError('NOT_FOUND');
    void reply.header('allow', [...methods, 'OPTIONS'].join(', '));
    if (request.method !== 'OPTIONS') throw new DomainError('METHOD_NOT_ALLOWED');
    void reply.code(204).send();
    return false;
  }
}
