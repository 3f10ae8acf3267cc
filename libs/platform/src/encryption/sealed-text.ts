import { BrokenSealError, OVERHEAD_BYTES } from './aead.js';

/** Marks a stored text as sealed, for people and for searches through a dump. */
const MARK = 'sealed:';
const VERSION = 1;
const KEY_ID_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/** Version of the stored form. It is part of what every value is bound to. */
export const SEAL_VERSION = String(VERSION);

export interface SealedParts {
  /** Data key that sealed it, a UUID. */
  readonly keyId: string;
  /** Nonce, ciphertext, tag. */
  readonly encrypted: Buffer;
}

/** `sealed:` and base64url of version (1 byte), data-key id (16), nonce (12), ciphertext, tag (16). */
export const formatSealed = ({ keyId, encrypted }: SealedParts): string =>
  MARK +
  Buffer.concat([Buffer.of(VERSION), Buffer.from(keyId.replaceAll('-', ''), 'hex'), encrypted]).toString('base64url');

/** The parts of a stored text. Only the one form `formatSealed` writes is taken: no other letters, no bytes too many. */
export const parseSealed = (text: string): SealedParts => {
  const encoded = text.slice(MARK.length);
  const bytes = Buffer.from(encoded, 'base64url');
  const wellFormed =
    text.startsWith(MARK) &&
    bytes.length >= HEADER_BYTES + OVERHEAD_BYTES &&
    bytes[0] === VERSION &&
    bytes.toString('base64url') === encoded;
  if (!wellFormed) throw new BrokenSealError('a sealed value');
  const hex = bytes.toString('hex', 1, HEADER_BYTES);
  return {
    keyId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    encrypted: bytes.subarray(HEADER_BYTES),
  };
};
