import { validationFailed } from '@app/kernel';

import { type EmailAddress, parseEmail } from './email.js';

const MIN_LENGTH = 8;
const MAX_LENGTH = 256;
/** A NUL or half a character comes from no keyboard; hashing would read some of them as another password. */
const UNTYPABLE = /[\0\p{Cs}]/u;

/**
 * The form of a password that is hashed: Unicode normal form C (as RFC 8265 has it), because the same keys give composed
 * characters on one system and decomposed ones on another. Nothing is trimmed or folded. `null` when it can be no password.
 */
export const normalPassword = (text: string): string | null => {
  const password = text.normalize('NFC');
  const length = Array.from(password).length;
  return UNTYPABLE.test(password) || length < MIN_LENGTH || length > MAX_LENGTH ? null : password;
};

/** The rules for a new one: long enough is the only strength anybody can judge, and the address is the first guess. */
export const parseNewPassword = (text: string, email: EmailAddress): string => {
  const password = normalPassword(text);
  if (password === null) {
    const problem = `must be ${MIN_LENGTH} to ${MAX_LENGTH} characters long, without NUL and broken characters`;
    throw validationFailed({ field: 'password', problem });
  }
  if (parseEmail(password)?.key === email.key) {
    throw validationFailed({ field: 'password', problem: 'must not be the e-mail address' });
  }
  return password;
};
