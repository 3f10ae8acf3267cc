import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';

const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const REQUEST_FIELDS = [
  'Content-Type',
  'Authorization',
  'CENCORI_API_KEY',
  'X-Api-Key',
  'Anthropic-Version',
  'Anthropic-Beta',
  'Anthropic-Dangerous-Direct-Browser-Access',
  'Idempotency-Key',
  'X-Agent-ID',
  'X-Project-ID',
  'X-Environment',
  'X-Skip-Cache',
  'X-Public-Playground',
  'X-Playground-Project-ID',
  'X-Playground-Environment',
  'X-Cencori-User-IP',
  'X-Cencori-User-Country',
  'X-Cencori-Prompt',
  'X-Cencori-Prompt-Vars',
  'X-Cencori-Metadata',
  'X-Cencori-App',
  'X-Sandbox',
].join(', ');
const ANSWER_FIELDS = [
  'X-Request-Id',
  'Request-Id',
  'Retry-After',
  'X-Should-Retry',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Cencori-Provider',
  'X-Cencori-Model',
  'X-Cencori-Cost-Usd',
  'X-Cache',
  'X-Cencori-Cache',
  'X-Cache-Similarity',
].join(', ');
/** OpenAI's SDK for browsers sends several fields of this family. */
const SDK_FIELD = /^x-stainless-[a-z-]{1,40}$/;
const ORIGIN = /^[\x21-\x7e]{1,300}$/;

const originOf = ({ headers }: FastifyRequest): string | null => {
  const { origin } = headers;
  return origin !== undefined && ORIGIN.test(origin) ? origin : null;
};

/**
 * Lets a page read the answers of runtime routes, refusals included. Whether its origin may use the key is judged on
 * the real request; credentials of the browser are never allowed, so a page reads only what its own key opens.
 * Set on the raw answer: replies the gateway writes itself carry the fields too.
 */
export const allowReading = (request: FastifyRequest, answer: ServerResponse): void => {
  answer.setHeader('vary', 'Origin');
  const origin = originOf(request);
  if (origin === null) return;
  answer.setHeader('access-control-allow-origin', origin);
  answer.setHeader('access-control-expose-headers', ANSWER_FIELDS);
};

/** The fields of the answer to a runtime preflight; `allowReading` adds the origin. */
export const preflightFields = ({ headers }: FastifyRequest): Readonly<Record<string, string>> => {
  const asked = (headers['access-control-request-headers'] ?? '').toLowerCase().split(/\s*,\s*/);
  const ofSdk = asked.filter((name) => SDK_FIELD.test(name)).slice(0, 20);
  return {
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': [REQUEST_FIELDS, ...ofSdk].join(', '),
    'access-control-max-age': '86400',
  };
};
