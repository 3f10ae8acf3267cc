import { DomainError } from '@app/kernel';

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
  /^(?:Connection terminated|timeout (?:exceeded|expired)|Client (?:was closed|has encountered)|Cannot use a pool|Query read timeout|Driver not Connected)/;

/**
 * SQLSTATEs after which the same request may succeed: connection (08), refused login (28), absent database (3D),
 * rollback by serialization or deadlock (40), resources (53), operator intervention and shutdown (57), system (58), lock
 * not available, read-only standby, a transaction that was ended for standing idle.
 */
const PASSING = /^(?:08...|28...|3D...|40...|53...|57...|58...|55P03|25006|25P03|25P04)$/;
/** A unique or exclusion constraint refused: another command was first. */
const TAKEN = /^(?:23505|23P01)$/;
/** A value the rules let through and the database cannot hold is still the caller's. */
const UNFIT_VALUE = /^22...$/;

const MOST_CAUSES = 5;

/** The error with its causes, outermost first; TypeORM keeps pg's error in `driverError`. */
export const causesOf = (error: unknown): readonly Error[] => {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && chain.length < MOST_CAUSES;) {
    chain.push(next);
    next = 'driverError' in next ? next.driverError : next.cause;
  }
  return chain;
};

const causedBy = (error: DomainError, cause: unknown): DomainError => Object.assign(error, { cause });

/** SERVICE_UNAVAILABLE; `cause` is for the log, no caller sees it. */
export const databaseUnavailable = (cause?: unknown): DomainError =>
  causedBy(new DomainError('SERVICE_UNAVAILABLE', 'The database does not answer'), cause);

const meaningOf = (link: Error, whole: unknown): DomainError | null => {
  const code = 'code' in link && typeof link.code === 'string' ? link.code : '';
  const isConnection = CONNECTION_CODES.has(code) || CONNECTION_MESSAGES.test(link.message);
  if (isConnection || link.name === 'QueryRunnerAlreadyReleasedError') return databaseUnavailable(whole);
  // Only PostgreSQL's own answers have a severity: other libraries have codes of five characters too.
  if (!('severity' in link)) return null;
  if (PASSING.test(code)) return databaseUnavailable(whole);
  if (TAKEN.test(code)) return causedBy(new DomainError('CONFLICT'), whole);
  return UNFIT_VALUE.test(code) ? causedBy(new DomainError('VALIDATION_FAILED'), whole) : null;
};

/**
 * What a failure of the database means to a caller: SERVICE_UNAVAILABLE when a retry may succeed, CONFLICT when a
 * unique row was there first, VALIDATION_FAILED for a value it cannot hold. `null` for anything else, a defect of ours.
 */
export const databaseErrorOf = (error: unknown): DomainError | null => {
  for (const link of causesOf(error)) {
    const known = meaningOf(link, error);
    if (known !== null) return known;
  }
  return null;
};
