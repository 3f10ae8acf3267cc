const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_BYTES = 32;
/** 62^43 is the first power of 62 that holds 2^256 values, 62^6 the first that holds 2^32. */
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const BODY_AND_CHECKSUM = new RegExp(`^[0-9A-Za-z]{${BODY_LENGTH + CHECKSUM_LENGTH}}$`);

const base62 = (value: bigint, length: number): string => {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
};

/** One step of the reflected polynomial of CRC-32 (the one of zip and PNG) for each value of a byte. */
const CRC_STEPS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

const crc32 = (ascii: string): number => {
  let crc = 0xffffffff;
  for (let i = 0; i < ascii.length; i += 1) {
    crc = (crc >>> 8) ^ (CRC_STEPS[(crc ^ ascii.charCodeAt(i)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
};

const checksumOf = (prefixAndBody: string): string => base62(BigInt(crc32(prefixAndBody)), CHECKSUM_LENGTH);

/**
 * A credential in the form all of ours have: the prefix, 43 base62 characters for 32 random bytes, 6 for the CRC-32 of
 * everything before. The bytes are written as one number, so that every credential is as likely as any other; taking
 * each byte modulo 62 would favour some characters.
 */
export const tokenOf = (prefix: string, randomness: Uint8Array): string => {
  if (randomness.length !== RANDOM_BYTES) throw new TypeError(`a credential is made of ${RANDOM_BYTES} random bytes`);
  let value = 0n;
  for (const byte of randomness) value = (value << 8n) | BigInt(byte);
  const prefixAndBody = prefix + base62(value, BODY_LENGTH);
  return prefixAndBody + checksumOf(prefixAndBody);
};

/** Whether `tokenOf(prefix, …)` could have made the text. A mistyped or made-up one is refused without a look-up. */
export const isToken = (prefix: string, text: string): boolean =>
  text.startsWith(prefix) &&
  BODY_AND_CHECKSUM.test(text.slice(prefix.length)) &&
  text.endsWith(checksumOf(text.slice(0, -CHECKSUM_LENGTH)));
