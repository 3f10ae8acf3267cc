import { createHmac, randomBytes } from 'node:crypto';

import type { Origin } from '@app/kernel';

import { canonicalJson } from '../chain/canonical-json.js';

const SALT_BYTES = 16;

/** Where an event came from, as its side row keeps it. Erasing the row leaves the event with a hash of nothing known. */
export interface SaltedOrigin {
  readonly origin: Origin;
  readonly salt: Buffer;
  /** Hexadecimal HMAC-SHA-256 of the canonical JSON of `origin` under the salt; part of the event's metadata. */
  readonly hash: string;
}

/** `null` for what no person sent. */
export const saltOrigin = ({ ip, userAgent }: Origin): SaltedOrigin | null => {
  if (ip === null && userAgent === null) return null;
  const salt = randomBytes(SALT_BYTES);
  const hash = createHmac('sha256', salt).update(canonicalJson({ ip, userAgent }, 'origin')).digest('hex');
  return { origin: { ip, userAgent }, salt, hash };
};
