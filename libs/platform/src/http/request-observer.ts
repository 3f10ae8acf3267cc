import type { FastifyReply, FastifyRequest } from 'fastify';

import { actorOf } from '../access/principal.js';
import type { Log, LogFields } from '../logging/log.js';
import type { Metrics } from '../metrics/metrics.js';
import type { RefusalObserver } from './raw-answers.js';

const NONE = 'none';
/** What servers commonly write down for a client that left before an answer began. */
const CLIENT_GONE = 499;

const idsOf = ({ access, caller }: FastifyRequest): LogFields => {
  if (caller !== null) {
    const { organizationId, projectId, apiKeyId } = caller;
    return { organizationId, projectId, actorType: 'api_key', actorId: apiKeyId };
  }
  if (access === null) return {};
  const { type, id } = actorOf(access.principal);
  return { organizationId: access.organizationId, projectId: access.projectId, actorType: type, actorId: id };
};

/** One log line and one observation per answer, under the route's pattern: paths hold ids and unknown ones anything. */
export class RequestObserver {
  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  /** Fastify's own hook does not see answers that were cut, so the raw answer is watched. */
  watch(request: FastifyRequest, reply: FastifyReply): void {
    reply.raw.once('close', () => this.ended(request, reply));
  }

  readonly refused: RefusalObserver = (refusal) => {
    this.metrics.observeRequest({ method: NONE, route: NONE, status: refusal.status }, 0);
    this.log.info('Unreadable request', refusal);
  };

  private ended(request: FastifyRequest, { raw, elapsedTime }: FastifyReply): void {
    const { method, id: requestId, route } = request;
    const status = raw.headersSent ? raw.statusCode : CLIENT_GONE;
    this.metrics.observeRequest({ method, route: route ?? NONE, status }, elapsedTime / 1_000);
    if (request.surface === 'probe') return;
    this.log.info('Request', {
      requestId,
      method,
      route: route ?? NONE,
      status,
      ms: Math.round(elapsedTime),
      ...(raw.writableFinished ? {} : { aborted: true }),
      ...idsOf(request),
    });
  }
}
