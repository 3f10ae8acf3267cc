import { DomainError } from '@app/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { parseJsonObject } from './strict-json.js';
import { surfaceOf } from './surface.js';

/** Prompts carry documents and pictures. */
const RUNTIME_BODY_LIMIT = 10_000_000;
export const MANAGEMENT_BODY_LIMIT = 1_000_000;

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

const checkEncoding = ({ headers }: FastifyRequest): void => {
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if ((charset !== 'utf-8' && charset !== 'utf8') || encoding !== 'identity') {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE');
  }
};

/**
 * One parser for `application/json`, no other type: runtime routes get the bytes, because the gateway judges exactly
 * what it parses; the others a strict object (and keep the bytes for the fingerprint of an Idempotency-Key). An empty
 * body is no body.
 */
export const registerBodyParsers = (server: FastifyInstance): void => {
  server.addHook('onRoute', (route) => {
    route.bodyLimit = surfaceOf(route.url) === 'runtime' ? RUNTIME_BODY_LIMIT : MANAGEMENT_BODY_LIMIT;
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      checkEncoding(request);
      if (request.surface === 'runtime') return bytes;
      request.rawBody = bytes;
      return bytes.length === 0 ? undefined : parseJsonObject(bytes);
    },
  );
};
