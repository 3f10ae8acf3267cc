import { type DomainError, unreachable } from '@app/kernel';

import { ERRORS } from './error-catalogue.js';
import { publicError } from './public-error.js';
import type { ErrorFamily } from './surface.js';

export interface RenderedError {
  readonly status: number;
  /** Names in lower case; `content-type` is among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text of the body. */
  readonly body: string;
}

/** Statuses of a provider that are the caller's to read and to mend. */
const PROVIDER_STATUSES: readonly unknown[] = [400, 404, 413, 422];
const UNAVAILABLE_RETRY_SECONDS = 2;

const statusOf = (error: DomainError): number => {
  const status: unknown = error.code === 'PROVIDER_REJECTED' ? error.details['providerStatus'] : undefined;
  return PROVIDER_STATUSES.includes(status) ? Number(status) : ERRORS[error.code].status;
};

const retryAfterOf = (error: DomainError): number | null => {
  const { retryAfter } = error.details;
  if (typeof retryAfter === 'number' && Number.isFinite(retryAfter)) return Math.max(0, Math.ceil(retryAfter));
  return error.code === 'SERVICE_UNAVAILABLE' ? UNAVAILABLE_RETRY_SECONDS : null;
};

/** State of the limit that refused, as far as it is told. */
const rateHeadersOf = ({ code, details }: DomainError): Readonly<Record<string, string>> => {
  const { limit, remaining, resetAt } = details;
  if (code !== 'RATE_LIMIT_EXCEEDED') return {};
  if (![limit, remaining, resetAt].every((value) => Number.isSafeInteger(value))) return {};
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetAt),
  };
};

/** Name of the wrong parameter for OpenAI's `param`: `details.param`, else the first wrong field. */
const paramOf = ({ details }: DomainError): string | null => {
  if (typeof details['param'] === 'string') return details['param'];
  const fields: unknown = details['fields'];
  const first: unknown = Array.isArray(fields) ? fields[0] : undefined;
  return typeof first === 'object' && first !== null && 'field' in first && typeof first.field === 'string'
    ? first.field
    : null;
};

const shapeOf = (error: DomainError, message: string, family: ErrorFamily): unknown => {
  const { openai, anthropic } = ERRORS[error.code];
  switch (family) {
    case 'flat':
      return message;
    case 'openai':
      return { message, type: openai, code: error.code, param: paramOf(error) };
    case 'anthropic':
      return { type: anthropic, message };
    default:
      return unreachable(family);
  }
};

const withoutBigInt = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/**
 * The answer to an error in the rendering of its route: for the exception filter and for replies the gateway writes
 * itself. Anything that is not a `DomainError` becomes one first, so nothing internal is shown.
 *
 * `details.retryAfter` (seconds) becomes `Retry-After`; `limit`, `remaining` and `resetAt` (Unix milliseconds) of
 * RATE_LIMIT_EXCEEDED `X-RateLimit-*`; `details.providerStatus` the status of PROVIDER_REJECTED; `details.param`
 * OpenAI's `param`.
 */
export const renderError = (cause: unknown, family: ErrorFamily, requestId: string): RenderedError => {
  const error = publicError(cause);
  const entry = ERRORS[error.code];
  const message = error.message === error.code || error.message === '' ? entry.message : error.message;
  const status = statusOf(error);
  const retryAfter = retryAfterOf(error);
  const body = {
    ...(family === 'anthropic' ? { type: 'error' } : {}),
    error: shapeOf(error, message, family),
    code: error.code,
    message,
    status,
    requestId,
    ...(family === 'anthropic' ? { request_id: requestId } : {}),
    details: error.details,
  };
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...(family === 'anthropic' ? { 'request-id': requestId } : {}),
      ...(retryAfter === null ? {} : { 'retry-after': String(retryAfter) }),
      ...rateHeadersOf(error),
      ...(entry.retry ? {} : { 'x-should-retry': 'false' }),
    },
    body: JSON.stringify(body, withoutBigInt),
  };
};

/** The last event of a stream that fails after it began; no `[DONE]` follows it. */
export const renderErrorEvent = (cause: unknown, family: ErrorFamily, requestId: string): string => {
  const { body } = renderError(cause, family, requestId);
  return `${family === 'anthropic' ? 'event: error\n' : ''}data: ${body}\n\n`;
};
