import { createCipheriv, createDecipheriv, createHmac, type KeyObject, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes that encryption adds to a plaintext: a nonce before it and a tag behind it. */
export const OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** A stored value that does not open as what it should be: moved to another place, damaged, cut or lengthened. */
export class BrokenSealError extends Error {
  override readonly name = 'BrokenSealError';

  constructor(what: string) {
    super(`${what} was moved or damaged: it does not open where it stands`);
  }
}

/** What a ciphertext is bound to. Every field brings its length, so no two lists of fields are the same bytes. */
export const associatedData = (...fields: readonly string[]): Buffer =>
  Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );

/**
 * Every place has a key of its own, derived from the one given. Random nonces are safe for 2^32 values under one key;
 * a busy project seals more than that in a year, but never in one place.
 */
const keyOfPlace = (key: KeyObject, bound: Buffer): Buffer => createHmac('sha256', key).update(bound).digest();

/** Nonce, ciphertext, tag. The nonce is random: there is no counter that a restored backup could set back. */
export const encrypt = (key: KeyObject, plaintext: Buffer, bound: Buffer): Buffer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOfPlace(key, bound), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

/** `null` when the key, the bytes or what they are bound to differ in a single bit from what was encrypted. */
export const decrypt = (key: KeyObject, encrypted: Buffer, bound: Buffer): Buffer | null => {
  if (encrypted.length < OVERHEAD_BYTES) return null;
  const tagStart = encrypted.length - TAG_BYTES;
  const nonce = encrypted.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, keyOfPlace(key, bound), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound);
  decipher.setAuthTag(encrypted.subarray(tagStart));
  const plaintext = decipher.update(encrypted.subarray(NONCE_BYTES, tagStart));
  try {
    decipher.final();
  } catch {
    // The one thing `final` throws for is a tag that does not fit; OpenSSL's text says no more than that.
    return null;
  }
  return plaintext;
};
