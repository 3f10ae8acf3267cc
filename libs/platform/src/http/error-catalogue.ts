import type { ErrorCode } from '@app/kernel';

export interface ErrorEntry {
  /** HTTP status; PROVIDER_REJECTED shows the provider's own (`details.providerStatus`) and has this one as default. */
  readonly status: number;
  /** What the caller reads when the place that refused had nothing more exact to say. */
  readonly message: string;
  /** `error.type` on OpenAI-shaped routes. */
  readonly openai: string;
  /** `error.type` on `messages`. */
  readonly anthropic: string;
  /** `false`: the same request gets the same answer, so `x-should-retry: false` keeps SDKs from repeating it. */
  readonly retry: boolean;
}

const invalid = (status: number, message: string, anthropic = 'invalid_request_error'): ErrorEntry => ({
  status,
  message,
  openai: 'invalid_request_error',
  anthropic,
  retry: true,
});

const refused = (status: number, message: string, openai: string, anthropic: string): ErrorEntry => ({
  status,
  message,
  openai,
  anthropic,
  retry: false,
});

const failed = (status: number, message: string, openai: string, anthropic: string): ErrorEntry => ({
  status,
  message,
  openai,
  anthropic,
  retry: true,
});

/** The one catalogue of public errors; `docs/errors.md` is generated from it. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = {
  VALIDATION_FAILED: invalid(400, 'The request is not valid'),
  PROVIDER_NOT_CONFIGURED: invalid(400, 'No credential is configured for this provider'),
  MODEL_NOT_FOUND: invalid(400, 'The model is not known to this project'),
  UNPRICED_MODEL: invalid(
    400,
    'No upper bound of the cost is known (a model without a price, or a request without an output limit), so an enforced spend cap cannot be kept',
  ),
  INVALID_API_KEY: invalid(401, 'Key is invalid or has been revoked', 'authentication_error'),
  SESSION_REQUIRED: invalid(
    401,
    'Sign in, or send an access token or a secret key of the project',
    'authentication_error',
  ),
  SPEND_CAP_REACHED: refused(402, 'The monthly spend cap is reached', 'insufficient_quota', 'billing_error'),
  INSUFFICIENT_CREDITS: refused(402, 'The wallet has not enough credit', 'insufficient_quota', 'billing_error'),
  INSUFFICIENT_PERMISSIONS: refused(
    403,
    'The credential lacks the permission for this',
    'permission_error',
    'permission_error',
  ),
  DOMAIN_NOT_ALLOWED: refused(403, 'The key may not be used from this origin', 'permission_error', 'permission_error'),
  SECURITY_VIOLATION: refused(403, 'A policy of the project refused this', 'policy_violation', 'permission_error'),
  MODEL_NOT_ALLOWED: refused(403, 'The key may not use this model', 'permission_error', 'permission_error'),
  NOT_FOUND: invalid(404, 'Not found', 'not_found_error'),
  METHOD_NOT_ALLOWED: invalid(405, 'The route does not have this method; see the Allow header'),
  REQUEST_TIMEOUT: failed(408, 'The request did not arrive in time', 'invalid_request_error', 'timeout_error'),
  CONFLICT: refused(409, 'The request contradicts the present state', 'invalid_request_error', 'conflict_error'),
  IDEMPOTENCY_IN_PROGRESS: failed(
    409,
    'The first request with this Idempotency-Key is still running',
    'invalid_request_error',
    'conflict_error',
  ),
  IDEMPOTENCY_OUTCOME_UNKNOWN: refused(
    409,
    'The first request with this Idempotency-Key was cut off; its outcome is not known',
    'invalid_request_error',
    'conflict_error',
  ),
  VERSION_CONFLICT: refused(
    409,
    'It was changed since it was read; read it again',
    'invalid_request_error',
    'conflict_error',
  ),
  BODY_TOO_LARGE: invalid(413, 'The body is too large', 'request_too_large'),
  UNSUPPORTED_MEDIA_TYPE: invalid(415, 'Send application/json in UTF-8 without content encoding'),
  MISDIRECTED_REQUEST: invalid(421, 'This host name is not served here'),
  IDEMPOTENCY_MISMATCH: refused(
    422,
    'This Idempotency-Key was used with another body',
    'invalid_request_error',
    'invalid_request_error',
  ),
  RATE_LIMIT_EXCEEDED: failed(429, 'Too many requests', 'rate_limit_error', 'rate_limit_error'),
  HEADERS_TOO_LARGE: invalid(431, 'The header fields are too large or too many'),
  PROVIDER_REJECTED: invalid(400, 'The provider refused the request'),
  PROVIDER_RATE_LIMITED: failed(429, 'The provider limits its requests', 'rate_limit_error', 'rate_limit_error'),
  PROVIDER_ERROR: failed(502, 'The provider failed', 'provider_error', 'api_error'),
  PROVIDER_TIMEOUT: failed(504, 'The provider did not answer in time', 'provider_error', 'timeout_error'),
  SERVICE_UNAVAILABLE: failed(503, 'Not available right now; try again', 'service_unavailable', 'api_error'),
  INTERNAL_ERROR: failed(500, 'Something went wrong on our side', 'server_error', 'api_error'),
};
