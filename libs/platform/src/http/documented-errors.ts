import { SetMetadata } from '@nestjs/common';
import type { ErrorCode } from '@app/kernel';

export const DOCUMENTED_ERRORS = Symbol('documented-errors');

/**
 * Errors of a route beside those that follow from its access, body and path (which the OpenAPI document gets by
 * itself). Documentation only.
 */
export const MayFail = (...codes: readonly ErrorCode[]) => SetMetadata(DOCUMENTED_ERRORS, codes);
