import { DomainError, validationFailed } from '@app/kernel';

import { ERRORS } from './error-catalogue.js';
import { renderError, renderErrorEvent } from './render-error.js';

const bodyOf = (error: unknown, family: 'flat' | 'openai' | 'anthropic') =>
  JSON.parse(renderError(error, family, 'req_1').body) as Record<string, unknown>;

const headersOf = (code: keyof typeof ERRORS, details = {}) =>
  renderError(new DomainError(code, undefined, details), 'flat', 'req_1').headers;
const retryAfter = (code: keyof typeof ERRORS, details = {}) => headersOf(code, details)['retry-after'];
const shouldRetry = (code: keyof typeof ERRORS) => headersOf(code)['x-should-retry'];

describe('renderError', () => {
  it.each(Object.keys(ERRORS) as (keyof typeof ERRORS)[])('renders %s in every family with its own status', (code) => {
    for (const family of ['flat', 'openai', 'anthropic'] as const) {
      const { status, headers } = renderError(new DomainError(code), family, 'req_1');
      expect(status).toBe(ERRORS[code].status);
      expect(headers).toMatchObject({ 'x-request-id': 'req_1', 'content-type': 'application/json; charset=utf-8' });
      expect(bodyOf(new DomainError(code), family)).toMatchObject({ code, status, requestId: 'req_1', details: {} });
    }
  });

  it('keeps the sentence of the place that refused', () => {
    expect(bodyOf(new DomainError('CONFLICT', 'The slug is taken'), 'flat')).toMatchObject({
      error: 'The slug is taken',
      message: 'The slug is taken',
    });
  });

  it('has all four members of OpenAI’s object, always', () => {
    expect(bodyOf(new DomainError('INVALID_API_KEY'), 'openai')['error']).toEqual({
      message: 'Key is invalid or has been revoked',
      type: 'invalid_request_error',
      code: 'INVALID_API_KEY',
      param: null,
    });
    expect(bodyOf(validationFailed({ field: 'messages', problem: 'is missing' }), 'openai')['error']).toMatchObject({
      param: 'messages',
    });
  });

  it.each([
    [400, 400],
    [404, 404],
    [413, 413],
    [422, 422],
    [401, 400],
    [500, 400],
    ['422', 400],
  ])('shows a provider’s refusal with status %s as %i', (providerStatus, status) => {
    expect(renderError(new DomainError('PROVIDER_REJECTED', 'no', { providerStatus }), 'openai', 'req_1').status).toBe(
      status,
    );
  });

  it('says when to come back', () => {
    expect(retryAfter('RATE_LIMIT_EXCEEDED', { retryAfter: 0.2 })).toBe('1');
    expect(retryAfter('RATE_LIMIT_EXCEEDED', { retryAfter: Infinity })).toBeUndefined();
    expect(retryAfter('SERVICE_UNAVAILABLE')).toBe('2');
    expect(retryAfter('CONFLICT')).toBeUndefined();
  });

  it('shows the limit that refused, when all of it is known', () => {
    const rate = { limit: 60, remaining: 0, resetAt: 1_767_225_600_000 };
    expect(headersOf('RATE_LIMIT_EXCEEDED', rate)).toMatchObject({
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1767225600000',
    });
    expect(headersOf('RATE_LIMIT_EXCEEDED', { ...rate, resetAt: Infinity })).not.toHaveProperty('x-ratelimit-limit');
    expect(headersOf('CONFLICT', rate)).not.toHaveProperty('x-ratelimit-limit');
  });

  it('keeps SDKs from repeating what is refused for good', () => {
    for (const code of ['SECURITY_VIOLATION', 'SPEND_CAP_REACHED', 'IDEMPOTENCY_OUTCOME_UNKNOWN'] as const) {
      expect(shouldRetry(code)).toBe('false');
    }
    for (const code of ['RATE_LIMIT_EXCEEDED', 'SERVICE_UNAVAILABLE', 'IDEMPOTENCY_IN_PROGRESS'] as const) {
      expect(shouldRetry(code)).toBeUndefined();
    }
  });

  it('writes the last event of a stream', () => {
    const error = new DomainError('PROVIDER_TIMEOUT');
    const openai = renderErrorEvent(error, 'openai', 'req_1');
    expect(openai).toMatch(/^data: \{"error":\{"message":.*\}\n\n$/);
    expect(renderErrorEvent(error, 'anthropic', 'req_1')).toMatch(/^event: error\ndata: \{"type":"error",.*\}\n\n$/);
    expect(renderErrorEvent(error, 'flat', 'req_1')).toMatch(/^data: \{"error":"The provider did not/);
    expect(renderErrorEvent(new DomainError('CONFLICT', 'two\nlines'), 'flat', 'req_1').match(/\n/g)).toHaveLength(2);
  });

  it('survives details that JSON cannot say', () => {
    expect(bodyOf(new DomainError('SPEND_CAP_REACHED', undefined, { spend: 12n }), 'flat')['details']).toEqual({
      spend: '12',
    });
  });
});
