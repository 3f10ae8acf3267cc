import { DomainError } from '@app/kernel';
import { databaseErrorOf } from '@app/platform';

/** The public error of a failed command; a defect of ours is handed on as it is. */
export const publicErrorOf = (error: unknown): unknown =>
  error instanceof DomainError ? error : (databaseErrorOf(error) ?? error);
