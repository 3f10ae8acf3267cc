import { DomainError } from '@app/kernel';

/** Sign-up has to say it (there is no mail to hide it in); its throttle is what keeps an address list from being tried. */
export const emailTaken = (): DomainError =>
  new DomainError('CONFLICT', 'An account with this e-mail address exists already: sign in instead.');

export const signUpByInvitationOnly = (): DomainError =>
  new DomainError(
    'INSUFFICIENT_PERMISSIONS',
    'Sign-up is closed on this instance: ask a member of an organization for an invitation, or the operator for an account.',
  );

/** The same for an unknown address and a wrong password. */
export const wrongCredentials = (): DomainError =>
  new DomainError('SESSION_REQUIRED', 'The e-mail address or the password is not correct.');

/** `resetAt` in Unix milliseconds, `retryAfter` in seconds: when the next attempt is judged. */
export const tooManyAttempts = (limit: number, resetAt: number, retryAfter: number): DomainError =>
  new DomainError('RATE_LIMIT_EXCEEDED', 'Too many attempts.', { limit, remaining: 0, resetAt, retryAfter });

export const passwordsBusy = (): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'Too many sign-ins at this moment.', { retryAfter: 1 });
