import type { ErrorCode } from '@app/kernel';

/** What every error answer has, whatever its `error` looks like. */
export class ErrorFields {
  /**
   * Stable code; see the error catalogue.
   * @example "VALIDATION_FAILED"
   */
  code: ErrorCode;

  /**
   * One sentence for people. It may change; programs read `code`.
   * @example "name must be shorter than or equal to 100 characters"
   */
  message: string;

  /**
   * The HTTP status.
   * @example 400
   */
  status: number;

  /**
   * Id of this request, also in the header `X-Request-Id`.
   * @example "req_01jd9m2v7qe8xa0y5z3k6t4w1c"
   */
  requestId: string;

  /**
   * Facts of the refusal; what they are depends on the code.
   * @example { "fields": [{ "field": "name", "problem": "must be shorter than or equal to 100 characters" }] }
   */
  details: Record<string, unknown>;
}

/** An error on management routes, `/api/*`, `metrics` and `health`. */
export class ErrorBody extends ErrorFields {
  /**
   * Same as `message`.
   * @example "name must be shorter than or equal to 100 characters"
   */
  error: string;
}

export class OpenAiErrorObject {
  /**
   * Same as the outer `message`.
   * @example "Key is invalid or has been revoked"
   */
  message: string;

  /**
   * OpenAI's kind of error.
   * @example "invalid_request_error"
   */
  type: string;

  /**
   * Same as the outer `code`.
   * @example "INVALID_API_KEY"
   */
  code: string;

  /** Name of the wrong parameter; `null` when none is. */
  param: string | null;
}

/** An error on OpenAI-shaped routes. */
export class OpenAiErrorBody extends ErrorFields {
  error: OpenAiErrorObject;
}

export class AnthropicErrorObject {
  /**
   * Anthropic's kind of error.
   * @example "authentication_error"
   */
  type: string;

  /**
   * Same as the outer `message`.
   * @example "Key is invalid or has been revoked"
   */
  message: string;
}

/** An error on `messages`. */
export class AnthropicErrorBody extends ErrorFields {
  /** @example "error" */
  type: 'error';

  error: AnthropicErrorObject;

  /**
   * Same as `requestId`.
   * @example "req_01jd9m2v7qe8xa0y5z3k6t4w1c"
   */
  request_id: string;
}
