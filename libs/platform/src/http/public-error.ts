import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorCode, validationFailed } from '@app/kernel';

import { causesOf, databaseErrorOf } from '../database/database-failure.js';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'VALIDATION_FAILED',
  401: 'SESSION_REQUIRED',
  403: 'INSUFFICIENT_PERMISSIONS',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  409: 'CONFLICT',
  413: 'BODY_TOO_LARGE',
  // A path segment longer than any id names nothing.
  414: 'NOT_FOUND',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  421: 'MISDIRECTED_REQUEST',
  429: 'RATE_LIMIT_EXCEEDED',
  431: 'HEADERS_TOO_LARGE',
  503: 'SERVICE_UNAVAILABLE',
};

const codeIn = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

const ofHttp = (error: HttpException): DomainError => {
  const status = error.getStatus();
  return new DomainError(CODE_OF_STATUS[status] ?? (status < 500 ? 'VALIDATION_FAILED' : 'INTERNAL_ERROR'));
};

const ofFramework = (error: Error): DomainError | null => {
  if (codeIn(error) === 'FST_ERR_HANDLER_TIMEOUT') return new DomainError('SERVICE_UNAVAILABLE');
  if (!codeIn(error).startsWith('FST_ERR_') || !('statusCode' in error)) return null;
  if (codeIn(error) === 'FST_ERR_BAD_URL') return validationFailed({ field: 'path', problem: 'is not a valid path' });
  return new DomainError(CODE_OF_STATUS[Number(error.statusCode)] ?? 'INTERNAL_ERROR');
};

/**
 * What a caller may know of an error. Texts of libraries never pass: they quote values, statements and addresses.
 * Everything unknown is INTERNAL_ERROR.
 */
export const publicError = (error: unknown): DomainError => {
  for (const link of causesOf(error)) {
    if (link instanceof DomainError) return link;
    const known = link instanceof HttpException ? ofHttp(link) : ofFramework(link);
    if (known) return known;
  }
  return databaseErrorOf(error) ?? new DomainError('INTERNAL_ERROR');
};
