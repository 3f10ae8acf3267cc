import { DomainError, validationFailed } from '@app/kernel';
import type { FastifyRequest } from 'fastify';

import { unauthenticated } from '../access/credential.js';

const MAX_FIELDS = 100;
/** Fields that name who asks: which one of two counts must not depend on the server in front. */
const CREDENTIALS = new Set(['authorization', 'cencori_api_key', 'x-api-key']);
/** Fields that mean one thing: Node joins, drops or keeps repeats of them, each in its own way. */
const SINGLE = new Set([
  'host',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'origin',
  'referer',
  'cookie',
  'if-match',
  'idempotency-key',
  'sec-fetch-site',
  'x-project-id',
  'x-environment',
  'x-cencori-metadata',
]);

/** Refuses framing and field tricks that readers of HTTP disagree about, from the fields as they arrived. */
export const checkHeaders = (request: FastifyRequest): void => {
  const { rawHeaders, httpVersion, headers } = request.raw;
  if (rawHeaders.length > 2 * MAX_FIELDS) throw new DomainError('HEADERS_TOO_LARGE');
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (!CREDENTIALS.has(name) && !SINGLE.has(name)) continue;
    if (seen.has(name)) throw repeated(request, name);
    seen.add(name);
  }
  if (httpVersion === '1.1' && !seen.has('host')) throw validationFailed({ field: 'Host', problem: 'is required' });
  const coding = headers['transfer-encoding']?.toLowerCase() ?? 'chunked';
  if (coding !== 'chunked') throw validationFailed({ field: 'Transfer-Encoding', problem: 'must be chunked' });
  if (!request.raw.url?.startsWith('/')) throw validationFailed({ field: 'path', problem: 'must begin with a slash' });
};

const repeated = ({ surface }: FastifyRequest, name: string): DomainError =>
  CREDENTIALS.has(name)
    ? unauthenticated(surface, 'Send one credential: the request repeats a credential field')
    : validationFailed({ field: name, problem: 'must not be repeated' });
