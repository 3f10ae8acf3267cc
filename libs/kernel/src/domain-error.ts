import type { ErrorCode } from './error-codes.js';

/**
 * A refusal with a stable public code. `details` is shown to the caller, so it holds nothing another tenant owns and
 * no secret. The HTTP status belongs to the code and is known to `platform` only.
 */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message?: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message ?? code);
    this.name = 'DomainError';
  }
}

/** One entry per wrong field of a request. */
export interface FieldProblem {
  /** Path in the body, for instance `spendCap.monthlyUsd`. */
  readonly field: string;
  readonly problem: string;
}

export const validationFailed = (...fields: readonly FieldProblem[]): DomainError =>
  new DomainError('VALIDATION_FAILED', fields.map(({ field, problem }) => `${field} ${problem}`).join('; '), {
    fields,
  });
