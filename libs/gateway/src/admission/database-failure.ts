import { DatabaseError } from 'pg';

/** The connection is gone, or was not there: what was sent may have been committed or not. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('the connection to the database was lost', { cause });
    this.name = 'ConnectionLost';
  }
}

/**
 * The server refused the statement and rolled it back. FATAL and PANIC end the session and may arrive after a commit,
 * so they are no answer to the statement.
 */
const isRefusal = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && error.severity === 'ERROR';

/** What a failed statement means: the server's refusal, or an unknown outcome. */
export const failureOf = (error: unknown): DatabaseError | ConnectionLost =>
  isRefusal(error) ? error : new ConnectionLost(error);

const CHECK_VIOLATION = '23514';

/** No partition for the day of a row. A check violation without the name of a check. */
export const isMissingDay = (error: unknown): boolean =>
  isRefusal(error) && error.code === CHECK_VIOLATION && error.constraint === undefined;

/** The database cannot hold a value: a character, a number out of range. */
export const isUnstorable = (error: unknown): boolean => isRefusal(error) && error.code?.startsWith('22') === true;

/** A value of one call is at fault, or its id was used before: the others may pass without it. */
export const isDataError = (error: unknown): boolean =>
  isUnstorable(error) || (isRefusal(error) && error.code?.startsWith('23') === true && !isMissingDay(error));
