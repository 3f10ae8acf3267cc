import { isToken, tokenOf } from '@app/kernel';

import type { ApiKeyType, KeyEnvironment } from './api-key.events.js';

/** What a prefix says. The environment is `null` where one prefix serves both: the key's row knows. */
interface KeyForm {
  readonly prefix: string;
  /** `project` is the one key of a project for `/api/public/*`; it is no API key and opens no runtime route. */
  readonly type: ApiKeyType | 'project';
  readonly environment: KeyEnvironment | null;
}

/** What a text says about itself before any database is asked. It is a claim, never a right. */
export interface KeyShape extends KeyForm {
  /** Imported from elsewhere: without a checksum, so only a look-up tells a typing error from a key. */
  readonly legacy: boolean;
}

const FORMS = [
  { prefix: 'csk_', type: 'secret', environment: 'production' },
  { prefix: 'csk_test_', type: 'secret', environment: 'test' },
  { prefix: 'cpk_', type: 'publishable', environment: 'production' },
  { prefix: 'cpk_test_', type: 'publishable', environment: 'test' },
  { prefix: 'cake_', type: 'agent', environment: null },
  { prefix: 'cpj_', type: 'project', environment: null },
] as const satisfies readonly KeyForm[];

const LEGACY_FORMS = [
  { prefix: 'cen_test_', type: 'secret', environment: 'test' },
  { prefix: 'cen_prod_', type: 'secret', environment: 'production' },
  { prefix: 'cen_', type: 'secret', environment: 'production' },
] as const satisfies readonly KeyForm[];

const LEGACY_BODY = /^[0-9A-Za-z]{16,128}$/;
const DISPLAYED_LENGTH = 4;

export type KeyPrefix = (typeof FORMS)[number]['prefix'];

/** The prefix that keys of this kind are minted with. */
export const prefixOf = (type: KeyForm['type'], environment: KeyEnvironment): KeyPrefix => {
  const form = FORMS.find(
    (known) => known.type === type && (known.environment === environment || known.environment === null),
  );
  if (form === undefined) throw new TypeError('no form of key for this type and environment');
  return form.prefix;
};

/** A new key of 32 random bytes. */
export const mintKey = (prefix: KeyPrefix, randomness: Uint8Array): string => tokenOf(prefix, randomness);

/**
 * Tells what kind of key a text is, or `null` when it cannot be a key of ours: wrong prefix, length, alphabet or
 * checksum. No database is needed, so a mistyped or made-up key costs nothing.
 */
export const recogniseKeyShape = (text: string): KeyShape | null => {
  const form = FORMS.find(({ prefix }) => isToken(prefix, text));
  if (form !== undefined) return { ...form, legacy: false };
  const legacy = LEGACY_FORMS.find(
    ({ prefix }) => text.startsWith(prefix) && LEGACY_BODY.test(text.slice(prefix.length)),
  );
  return legacy === undefined ? null : { ...legacy, legacy: true };
};

/** What may be shown and stored of a key: its prefix and the next four characters, for instance `csk_test_ab12`. */
export const displayPrefixOf = (key: string, { prefix }: Pick<KeyShape, 'prefix'>): string =>
  key.slice(0, prefix.length + DISPLAYED_LENGTH);
