import { DomainError } from '@app/kernel';
import type { Access, Principal } from '@app/platform';

/** The person of a route with `@RequireSession()`; the guard has refused everybody else already. */
export const signedInPerson = ({ principal }: Access): Extract<Principal, { type: 'user' }> => {
  if (principal.type !== 'user') throw new DomainError('SESSION_REQUIRED');
  return principal;
};
