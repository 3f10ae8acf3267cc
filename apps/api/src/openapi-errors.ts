import { DomainError, type ErrorCode } from '@app/kernel';
import {
  AnthropicErrorBody,
  ErrorBody,
  type ErrorFamily,
  errorFamilyOf,
  ERRORS,
  OpenAiErrorBody,
  renderError,
  surfaceOf,
} from '@app/platform';
import type { OpenAPIObject } from '@nestjs/swagger';

import { IDEMPOTENCY_KEY } from './openapi-access.js';
import type { DocumentedRoute, Operation } from './openapi-routes.js';

const SCHEMA = { flat: ErrorBody, openai: OpenAiErrorBody, anthropic: AnthropicErrorBody } as const;
export const ERROR_SCHEMAS = Object.values(SCHEMA);

const REQUEST_ID = 'req_01jd9m2v7qe8xa0y5z3k6t4w1c';
const IF_MATCH: NonNullable<Operation['parameters']>[number] = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` that was read. When it was changed since, nothing is written: 409 `VERSION_CONFLICT`.',
  schema: { type: 'string', pattern: '^"\\d+"$', example: '"3"' },
};
const HEADERS = {
  RequestId: { description: 'Id of this request.', schema: { type: 'string', example: REQUEST_ID } },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', example: 2 } },
  RateLimitLimit: { description: 'Requests in the window.', schema: { type: 'integer', example: 60 } },
  RateLimitRemaining: { description: 'Requests that are left.', schema: { type: 'integer', example: 0 } },
  RateLimitReset: {
    description: 'When there are more again, in Unix milliseconds.',
    schema: { type: 'integer', example: 1_767_225_600_000 },
  },
  ETag: { description: 'Version of the resource, for `If-Match`.', schema: { type: 'string', example: '"3"' } },
} as const;

/** The errors that follow from what a route is, beside those it declares with `@MayFail`. */
const codesOf = ({ route, method, operation, path }: DocumentedRoute): readonly ErrorCode[] => {
  const { access } = route;
  const codes: ErrorCode[] = [...route.errors];
  const surface = surfaceOf(path);
  if (surface !== 'probe') codes.push('SERVICE_UNAVAILABLE');
  if (surface === 'management') codes.push('MISDIRECTED_REQUEST');
  if (operation.requestBody !== undefined) {
    codes.push('VALIDATION_FAILED', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  }
  const parameters = (operation.parameters ?? []).filter((parameter) => 'in' in parameter);
  if (parameters.some((parameter) => parameter.in === 'query')) codes.push('VALIDATION_FAILED');
  if (path.includes('{')) codes.push('NOT_FOUND');
  if (access?.kind === 'runtime') codes.push('INVALID_API_KEY');
  if (access === undefined || access.kind === 'public' || access.kind === 'runtime') return codes;
  codes.push('SESSION_REQUIRED', 'INVALID_API_KEY', 'INSUFFICIENT_PERMISSIONS');
  // Of `If-Match` and `Idempotency-Key`.
  if (method !== 'get') codes.push('VALIDATION_FAILED');
  if (route.versioned && method !== 'get') codes.push('VERSION_CONFLICT');
  if (parameters.some(({ name }) => name === IDEMPOTENCY_KEY.name)) {
    codes.push('IDEMPOTENCY_OUTCOME_UNKNOWN', 'IDEMPOTENCY_MISMATCH');
  }
  return codes;
};

const RATE_HEADERS = {
  'X-RateLimit-Limit': { $ref: '#/components/headers/RateLimitLimit' },
  'X-RateLimit-Remaining': { $ref: '#/components/headers/RateLimitRemaining' },
  'X-RateLimit-Reset': { $ref: '#/components/headers/RateLimitReset' },
} as const;

const exampleName = (family: ErrorFamily, code: ErrorCode): string => `${family}.${code}`;

const answerOf = (family: ErrorFamily, codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('\n\n'),
  headers: {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(codes.some((code) => ERRORS[code].status === 429 || ERRORS[code].status === 503)
      ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }
      : {}),
    ...(codes.includes('RATE_LIMIT_EXCEEDED') ? RATE_HEADERS : {}),
  },
  content: {
    'application/json': {
      schema: { $ref: `#/components/schemas/${SCHEMA[family].name}` },
      examples: Object.fromEntries(
        codes.map((code) => [code, { $ref: `#/components/examples/${exampleName(family, code)}` }]),
      ),
    },
  },
});

const answersOf = (family: ErrorFamily, codes: readonly ErrorCode[]): Operation['responses'] => {
  const unique = [...new Set(codes)].toSorted((a, b) => ERRORS[a].status - ERRORS[b].status);
  const statuses = [...new Set(unique.map((code) => ERRORS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      answerOf(
        family,
        unique.filter((code) => ERRORS[code].status === status),
      ),
    ]),
  );
};

/** Answers of success carry the request's id; those of versioned resources their version. */
const addAnswerHeaders = ({ operation, method, route: { versioned } }: DocumentedRoute): void => {
  for (const answer of Object.values(operation.responses)) {
    if (answer === undefined || '$ref' in answer) continue;
    answer.description ||= 'Done';
    answer.headers = {
      ...answer.headers,
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      ...(versioned ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
    };
  }
  if (versioned && method !== 'get') operation.parameters = [...(operation.parameters ?? []), IF_MATCH];
};

/** Documents every error of every route, each with the body its rendering gives. */
export const addErrors = (document: OpenAPIObject, routes: readonly DocumentedRoute[]): void => {
  const examples: Record<string, { summary: string; value: unknown }> = {};
  for (const route of routes) {
    const family = errorFamilyOf(route.path);
    const codes = codesOf(route);
    addAnswerHeaders(route);
    route.operation.responses = { ...route.operation.responses, ...answersOf(family, codes) };
    for (const code of codes) {
      const { body } = renderError(new DomainError(code), family, REQUEST_ID);
      examples[exampleName(family, code)] = { summary: ERRORS[code].message, value: JSON.parse(body) as unknown };
    }
  }
  const sorted = Object.fromEntries(Object.entries(examples).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  document.components = { ...document.components, headers: { ...HEADERS }, examples: sorted };
};
