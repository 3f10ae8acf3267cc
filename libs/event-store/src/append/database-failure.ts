import { DomainError } from '@app/kernel';

/**
 * SQLSTATEs of a database that cannot serve now: connection lost, out of resources, going down or coming up, a lock or
 * statement that took too long, and transactions that lost against others.
 */
const UNAVAILABLE = /^(?:08...|53...|57P0.|57014|58...|55P03|40001|40P01|25P03|25P04)$/;
/** A unique or exclusion constraint of a read model refused: another command was first. */
const TAKEN = /^(?:23505|23P01)$/;
/** What the network says, and the driver, which gives its own errors no code. */
const CONNECTION = /^(?:E[A-Z_]+)$/;
const DRIVER =
  /^(?:Connection terminated|Client (?:was closed|has encountered)|timeout (?:exceeded|expired)|Query read timeout|Cannot use a pool|Driver not Connected)/;

interface DatabaseError {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly driverError?: DatabaseError;
}

/** TypeORM wraps the driver's error; the code is inside. */
const driverErrorOf = (error: unknown): DatabaseError => {
  const outer = (error ?? {}) as DatabaseError;
  return outer.driverError ?? outer;
};

const isUnavailable = ({ name, code, message }: DatabaseError): boolean =>
  typeof code === 'string'
    ? UNAVAILABLE.test(code) || CONNECTION.test(code)
    : name === 'QueryRunnerAlreadyReleasedError' || (typeof message === 'string' && DRIVER.test(message));

const causedBy = (error: DomainError, cause: unknown): DomainError => Object.assign(error, { cause });

/** `cause` is for the log; no caller sees it. */
export const unavailable = (cause?: unknown): DomainError =>
  causedBy(new DomainError('SERVICE_UNAVAILABLE', 'The database does not answer'), cause);

/**
 * The public error of a failed transaction: SERVICE_UNAVAILABLE when a retry may succeed, CONFLICT when a unique read
 * model refused. Anything else is a defect of ours and is handed on as it is.
 */
export const publicErrorOf = (error: unknown): unknown => {
  if (error instanceof DomainError) return error;
  const cause = driverErrorOf(error);
  if (isUnavailable(cause)) return unavailable(error);
  if (typeof cause.code === 'string' && TAKEN.test(cause.code)) return causedBy(new DomainError('CONFLICT'), error);
  return error;
};
