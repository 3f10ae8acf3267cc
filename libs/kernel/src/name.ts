import { validationFailed } from './domain-error.js';

/** Controls, lone surrogates, line separators, and the bidirectional overrides that make one name read as another. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * A name that people give to something: trimmed, in Unicode normal form C, 1 to `max` characters, at least one of them
 * visible. Throws VALIDATION_FAILED for `field` otherwise.
 */
export const parseName = (field: string, text: string, max = 100): string => {
  const name = text.normalize('NFC').trim();
  if (FORBIDDEN.test(name)) throw validationFailed({ field, problem: 'must not contain control characters' });
  if (!VISIBLE.test(name)) throw validationFailed({ field, problem: 'must not be empty' });
  if (Array.from(name).length > max) {
    throw validationFailed({ field, problem: `must be at most ${max} characters long` });
  }
  return name;
};
