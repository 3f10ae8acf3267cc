import { createSecretKey, type KeyObject } from 'node:crypto';

import type { KeyRing } from '../config/config.js';
import { StartError } from '../config/start-error.js';
import { associatedData, BrokenSealError, decrypt, encrypt, OVERHEAD_BYTES } from './aead.js';

const KEY_BYTES = 32;
const VERSION = 1;
const WRAPPED_BYTES = 1 + KEY_BYTES + OVERHEAD_BYTES;

/** Where a data key belongs; a wrapped key copied to another row does not unwrap. */
export interface DataKeyPlace {
  readonly organizationId: string;
  readonly projectId: string | null;
  readonly id: string;
}

export interface WrappedKey {
  readonly kekId: string;
  /** Version (1 byte), nonce (12), encrypted data key (32), tag (16). */
  readonly wrapped: Buffer;
}

const placeOf = (place: DataKeyPlace, kekId: string): Buffer =>
  associatedData(String(VERSION), 'data-key', place.organizationId, place.projectId ?? '', place.id, kekId);

/**
 * The key-encryption keys of `ENCRYPTION_KEYS`: the first one wraps, each of them unwraps what it wrapped. They never
 * encrypt anything but data keys.
 */
export class KeyEncryptionKeys {
  /** Id of the key that wraps. */
  readonly firstId: string;
  private readonly first: KeyObject;
  private readonly keys: ReadonlyMap<string, KeyObject>;

  constructor(ring: KeyRing) {
    this.keys = new Map(
      ring.map(({ id, key }) => {
        const bytes = Buffer.from(key.reveal(), 'base64');
        if (bytes.length !== KEY_BYTES) throw new StartError(`ENCRYPTION_KEYS: the key "${id}" is not 32 bytes long.`);
        return [id, createSecretKey(bytes)];
      }),
    );
    const [first] = this.keys;
    if (first === undefined) throw new StartError('ENCRYPTION_KEYS holds no key.');
    [this.firstId, this.first] = first;
  }

  has(kekId: string): boolean {
    return this.keys.has(kekId);
  }

  wrap(dataKey: Buffer, place: DataKeyPlace): WrappedKey {
    const encrypted = encrypt(this.first, dataKey, placeOf(place, this.firstId));
    return { kekId: this.firstId, wrapped: Buffer.concat([Buffer.of(VERSION), encrypted]) };
  }

  unwrap({ kekId, wrapped }: WrappedKey, place: DataKeyPlace): Buffer {
    const kek = this.keys.get(kekId);
    if (kek === undefined) {
      throw new Error(`ENCRYPTION_KEYS lacks the key "${kekId}", which wraps the data key ${place.id}`);
    }
    const wellFormed = wrapped.length === WRAPPED_BYTES && wrapped[0] === VERSION;
    const dataKey = wellFormed ? decrypt(kek, wrapped.subarray(1), placeOf(place, kekId)) : null;
    if (dataKey === null) throw new BrokenSealError(`the data key ${place.id}`);
    return dataKey;
  }
}
