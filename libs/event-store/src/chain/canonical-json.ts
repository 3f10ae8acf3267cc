import { validationFailed } from '@app/kernel';
import canonicalize from 'canonicalize';

/** NUL, which PostgreSQL's text cannot hold, or half a surrogate pair, which RFC 8785 does not allow. */
const UNSTORABLE = /\\u0000|\\ud[89a-f][0-9a-f]{2}/;

/**
 * Canonical JSON of RFC 8785: one text for one value, whoever writes it. `field` names the value in the refusal of
 * text that no store could keep as it is.
 */
export const canonicalJson = (value: unknown, field: string): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`${field} is not a JSON value`);
  if (UNSTORABLE.test(text.replaceAll('\\\\', ''))) {
    throw validationFailed({ field, problem: 'must not contain NUL or unpaired surrogates' });
  }
  return text;
};
