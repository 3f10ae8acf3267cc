import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorCode, validationFailed } from '@app/kernel';

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

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Failures of pg and its pool that carry no code. */
const CONNECTION_MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end|Query read timeout|Driver not Connected)/;

/**
 * SQLSTATEs after which the same request may succeed: connection (08), refused login (28), absent database (3D),
 * rollback by serialization or deadlock (40), resources (53), operator intervention and shutdown (57), system (58), lock
 * not available, read-only standby.
 */
const isPassing = (sqlState: string): boolean =>
  /^(?:08|28|3D|40|53|57|58)/.test(sqlState) || /^(?:55P03|25006)$/.test(sqlState);

const SQL_STATE = /^[0-9A-Z]{5}$/;

/** The error with its causes; TypeORM keeps pg's error in `driverError`. */
const chainOf = (error: unknown): readonly Error[] => {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && chain.length < 5;) {
    chain.push(next);
    next = 'driverError' in next ? next.driverError : next.cause;
  }
  return chain;
};

const codeIn = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

const ofDatabase = (error: Error): DomainError | null => {
  const code = codeIn(error);
  if (CONNECTION_CODES.has(code) || CONNECTION_MESSAGES.test(error.message))
    return new DomainError('SERVICE_UNAVAILABLE');
  if (!SQL_STATE.test(code) || !('severity' in error)) return null;
  if (isPassing(code)) return new DomainError('SERVICE_UNAVAILABLE');
  // What the rules let through and the database refuses is still the caller's: a duplicate, a value it cannot hold.
  if (code === '23505') return new DomainError('CONFLICT');
  return code.startsWith('22') ? new DomainError('VALIDATION_FAILED') : null;
};

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
  for (const link of chainOf(error)) {
    if (link instanceof DomainError) return link;
    const known = link instanceof HttpException ? ofHttp(link) : (ofFramework(link) ?? ofDatabase(link));
    if (known) return known;
  }
  return new DomainError('INTERNAL_ERROR');
};
