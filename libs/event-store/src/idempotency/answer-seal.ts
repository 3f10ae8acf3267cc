import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import type { IdempotencyClaim } from '@app/kernel';
import type { KeyRing, Secret } from '@app/platform';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 0x01;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Whose answer it is: part of what it is sealed to, so that it opens in its own row only. */
export interface AnswerPlace {
  /** UUID. */
  readonly organizationId: string;
  readonly claim: IdempotencyClaim;
}

export interface SealedAnswer {
  /** Id of the instance key. */
  readonly keyId: string;
  /** Version (1 byte), nonce (12), ciphertext, tag (16). */
  readonly sealed: Buffer;
}

/** Neither the instance's key nor the caller's alone opens an answer, and the caller's is stored nowhere. */
const answerKey = (instanceKey: Secret, { key, claim }: IdempotencyClaim): Uint8Array =>
  new Uint8Array(
    hkdfSync('sha256', Buffer.from(instanceKey.reveal(), 'base64'), key, `idempotent-answer ${claim}`, KEY_BYTES),
  );

const boundTo = ({ organizationId, claim }: AnswerPlace, keyId: string): Buffer =>
  Buffer.from(JSON.stringify([VERSION, organizationId, claim.claim, claim.body, keyId]));

export const sealAnswer = (ring: KeyRing, place: AnswerPlace, answer: string): SealedAnswer => {
  const [newest] = ring;
  if (newest === undefined) throw new TypeError('no encryption key');
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, answerKey(newest.key, place.claim), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(place, newest.id));
  const ciphertext = Buffer.concat([cipher.update(answer, 'utf8'), cipher.final()]);
  return { keyId: newest.id, sealed: Buffer.concat([Buffer.of(VERSION), nonce, ciphertext, cipher.getAuthTag()]) };
};

/** `null` when the instance key is retired or the answer was sealed otherwise. */
export const openAnswer = (ring: KeyRing, place: AnswerPlace, { keyId, sealed }: SealedAnswer): string | null => {
  const instanceKey = ring.find(({ id }) => id === keyId);
  if (instanceKey === undefined || sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) return null;
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const tagStart = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, answerKey(instanceKey.key, place.claim), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(boundTo(place, keyId));
  decipher.setAuthTag(sealed.subarray(tagStart));
  const answer = decipher.update(sealed.subarray(1 + NONCE_BYTES, tagStart));
  try {
    decipher.final();
  } catch {
    // A tag that does not fit is all `final` refuses; what it gave out before is then not to be used.
    return null;
  }
  return answer.toString('utf8');
};
