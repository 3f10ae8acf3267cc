import { Secret } from '../encryption/secret.js';
import type { KeyRing } from './config.js';
import { Refusal } from './variable.js';

const KEY_BYTES = 32;
const ENTRY = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):([A-Za-z0-9+/]{1,86}={0,2})$/;
/** Among 32 random bytes fewer different ones than this are seen once in 10^16 keys. */
const FEWEST_DIFFERENT_BYTES = 16;
/** Ids of keys that `npm start` generates or that stand in examples. */
const NOT_FOR_PRODUCTION = /^(?:dev|development|test|default|example|sample|demo)(?:[_.-]|\d|$)/i;

/** Keys as `id:base64,id:base64`, 32 bytes each, newest first. */
export const keyRing = (value: string): KeyRing => {
  const ring = value.split(',').map((entry) => {
    const [, id = '', base64 = ''] = ENTRY.exec(entry.trim()) ?? [];
    if (id === '')
      throw new Refusal('must be id:base64, several separated by commas, the first one is used for new values');
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length !== KEY_BYTES) throw new Refusal(`the key "${id}" must be exactly ${KEY_BYTES} bytes in base64`);
    return { id, key: new Secret(bytes.toString('base64')) };
  });
  if (new Set(ring.map(({ id }) => id)).size !== ring.length) throw new Refusal('has an id twice');
  if (new Set(ring.map(({ key }) => key.reveal())).size !== ring.length) throw new Refusal('has a key twice');
  return ring;
};

/** Why a ring may not protect production data: keys that were typed, repeated or made for development. */
export const weaknessOf = (ring: KeyRing): string | null => {
  for (const { id, key } of ring) {
    if (NOT_FOR_PRODUCTION.test(id)) return `the key "${id}" is named as one for development; production needs its own`;
    const bytes = Buffer.from(key.reveal(), 'base64');
    const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
    if (isText || new Set(bytes).size < FEWEST_DIFFERENT_BYTES) {
      return `the key "${id}" is not random; make one with: openssl rand -base64 32`;
    }
  }
  return null;
};
