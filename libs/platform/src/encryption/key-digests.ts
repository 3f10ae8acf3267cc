import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

import type { KeyRing } from '../config/config.js';
import { StartError } from '../config/start-error.js';

const PEPPER_BYTES = 32;

export interface KeyDigest {
  /** HMAC-SHA-256(pepper, SHA-256(key)), hexadecimal. */
  readonly digest: string;
  readonly pepperId: string;
}

/**
 * Digests of credentials that are looked up by what they are. No slow hash: a key has 256 random bits, so nothing can
 * be guessed, and the pepper makes a stolen table useless for telling which keys are in it. The inner hash lets keys
 * be imported from systems that kept only their SHA-256.
 */
export class KeyDigests {
  private readonly first: readonly [string, KeyObject];
  private readonly peppers: ReadonlyMap<string, KeyObject>;

  constructor(ring: KeyRing) {
    this.peppers = new Map(
      ring.map(({ id, key }) => {
        const bytes = Buffer.from(key.reveal(), 'base64');
        if (bytes.length !== PEPPER_BYTES)
          throw new StartError(`KEY_PEPPERS: the pepper "${id}" is not 32 bytes long.`);
        return [id, createSecretKey(bytes)];
      }),
    );
    const [first] = this.peppers;
    if (first === undefined) throw new StartError('KEY_PEPPERS holds no pepper.');
    this.first = first;
  }

  /** The digest to store for a new key, made with the first pepper. */
  digestOf(key: string): KeyDigest {
    return this.digestWith(this.first, sha256(key));
  }

  /** Every digest an existing key may be stored under, the first pepper's before the others. */
  candidatesOf(key: string): readonly KeyDigest[] {
    const hash = sha256(key);
    return Array.from(this.peppers, (pepper) => this.digestWith(pepper, hash));
  }

  private digestWith([pepperId, pepper]: readonly [string, KeyObject], hash: Buffer): KeyDigest {
    return { digest: createHmac('sha256', pepper).update(hash).digest('hex'), pepperId };
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
