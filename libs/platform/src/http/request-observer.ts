import type { FastifyReply, FastifyRequest } from 'fastify';

import { actorOf } from '../access/principal.js';
import type { Log, LogFields } from '../logging/log.js';
import type { Metrics } from '../metrics/metrics.js';
import type { RefusalObserver } from './raw-answers.js';

const NO_ROUTE = 'none';

const idsOf = ({ access }: FastifyRequest): LogFields => {
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

  answered(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.route ?? NO_ROUTE;
    const { method, id: requestId } = request;
    const status = reply.statusCode;
    this.metrics.observeRequest({ method, route, status }, reply.elapsedTime / 1_000);
    if (request.surface === 'probe') return;
    this.log.info('Request', {
      requestId,
      method,
      route,
      status,
      ms: Math.round(reply.elapsedTime),
      ...idsOf(request),
    });
  }

  readonly refused: RefusalObserver = (refusal) => {
    this.metrics.observeRequest({ method: NO_ROUTE, route: NO_ROUTE, status: refusal.status }, 0);
    this.log.info('Unreadable request', refusal);
  };
}
