import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';

import type { Config } from '../config/config.js';
import { newId } from '../ids/new-id.js';
import type { Log } from '../logging/log.js';
import type { Metrics } from '../metrics/metrics.js';
import { MANAGEMENT_BODY_LIMIT, registerBodyParsers } from './body-parsers.js';
import { RequestObserver } from './request-observer.js';
import { answerClientError } from './raw-answers.js';
import type { Readiness } from './readiness.js';
import { renderError } from './render-error.js';
import { RequestPipeline } from './request-pipeline.js';
import { canonicalTarget } from './surface.js';

const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const CHECK_MS = 1_000;
/** Longer than the idle time of common balancers, so that the balancer closes first and no request meets a reset. */
const KEEP_ALIVE_MS = 75_000;
const MAX_HEADER_BYTES = 16_384;
/** Model names of a path may be long; ids are not. */
const MAX_PARAM_LENGTH = 512;

export interface ServerParts {
  readonly config: Pick<Config, 'publicUrl' | 'embedded' | 'trustProxy'>;
  readonly log: Log;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}

/** The HTTP server with its limits and everything that happens before and after a controller. */
export const createServer = ({ config, log, readiness, metrics }: ServerParts): FastifyInstance => {
  const observer = new RequestObserver(log, metrics);
  const server: FastifyInstance = fastify({
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_MS,
      // A missing Host gets our own error instead of Node's empty one.
      requireHostHeader: false,
    },
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    bodyLimit: MANAGEMENT_BODY_LIMIT,
    forceCloseConnections: true,
    // While draining, requests on connections that are still open are served; the stop closes them.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    trustProxy: [...config.trustProxy],
    genReqId: () => newId('req'),
    rewriteUrl: (request) => canonicalTarget(request.url ?? ''),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, observer.refused),
    // What the router refuses has no decorations, meets no hook and gets no error handler.
    frameworkErrors: (error, request, reply: FastifyReply) => {
      request.access = null;
      request.caller = null;
      observer.watch(request, reply);
      pipeline.prepare(request, reply);
      const { status, headers, body } = renderError(error, request.errorFamily, request.id);
      void reply.code(status).headers(headers).send(body);
    },
  });
  const pipeline = new RequestPipeline(server, config, readiness);
  for (const name of ['route', 'rawBody', 'access', 'commandContext', 'caller']) server.decorateRequest(name, null);
  server.decorateRequest('surface', 'management');
  server.decorateRequest('errorFamily', 'flat');
  server.addHook('onRequest', (request, reply, done) => {
    observer.watch(request, reply);
    pipeline.prepare(request, reply);
    if (pipeline.judge(request, reply)) done();
  });
  registerBodyParsers(server);
  // Node would answer an expectation it does not know with an empty 417; it may be ignored as well.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  return server;
};
