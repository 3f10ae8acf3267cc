import { createSecretKey } from 'node:crypto';

import { associatedData, decrypt, encrypt, OVERHEAD_BYTES } from './aead.js';

const key = createSecretKey(Buffer.alloc(32, 7));
const plaintext = Buffer.from('sk-provider-0123456789', 'utf8');
const bound = associatedData('1', 'row');

/** The bytes with one bit turned. */
const turned = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
};

describe('encrypted bytes', () => {
  const encrypted = encrypt(key, plaintext, bound);

  it('open with their key and what they are bound to', () => {
    expect(decrypt(key, encrypted, bound)).toEqual(plaintext);
    expect(decrypt(key, encrypt(key, Buffer.alloc(0), bound), bound)).toEqual(Buffer.alloc(0));
  });

  it('have one stored form: HMAC-SHA-256 of the place as key of AES-256-GCM; nonce, ciphertext, tag', () => {
    // Made with Python's hmac and its cryptography package, from the nonce 00 01 … 0b.
    const stored =
      '000102030405060708090a0b72f463d44e083c3823b3453cb588859a80d2909f9dfac29fed40be5b08a40a05107c51f4af9f';
    expect(decrypt(key, Buffer.from(stored, 'hex'), bound)).toEqual(plaintext);
  });

  it('do not open with any bit turned: nonce, ciphertext or tag', () => {
    for (let bit = 0; bit < encrypted.length * 8; bit += 1) {
      expect(decrypt(key, turned(encrypted, bit), bound)).toBeNull();
    }
  });

  it('do not open cut at any place, from either end', () => {
    for (let length = 0; length < encrypted.length; length += 1) {
      expect(decrypt(key, encrypted.subarray(0, length), bound)).toBeNull();
      expect(decrypt(key, encrypted.subarray(encrypted.length - length), bound)).toBeNull();
    }
  });

  it('do not open with bytes behind or before them', () => {
    for (let extra = 1; extra <= 33; extra += 1) {
      expect(decrypt(key, Buffer.concat([encrypted, Buffer.alloc(extra)]), bound)).toBeNull();
      expect(decrypt(key, Buffer.concat([Buffer.alloc(extra), encrypted]), bound)).toBeNull();
    }
  });

  it('do not open with the nonce of another encryption of the same plaintext', () => {
    const other = encrypt(key, plaintext, bound);
    expect(decrypt(key, Buffer.concat([other.subarray(0, 12), encrypted.subarray(12)]), bound)).toBeNull();
  });

  it('do not open with another key or bound to something else', () => {
    for (let bit = 0; bit < 256; bit += 1) {
      const other = createSecretKey(turned(key.export(), bit));
      expect(decrypt(other, encrypted, bound)).toBeNull();
    }
    for (let bit = 0; bit < bound.length * 8; bit += 1) expect(decrypt(key, encrypted, turned(bound, bit))).toBeNull();
  });

  it('never use a nonce twice, and hold nothing of the plaintext', () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 5_000; i += 1) {
      const again = encrypt(key, plaintext, bound);
      nonces.add(again.toString('hex', 0, 12));
      expect(again.includes(plaintext.subarray(0, 6))).toBe(false);
    }
    expect(nonces.size).toBe(5_000);
  });

  it('are 28 bytes longer than the plaintext', () => {
    expect(encrypted.length).toBe(plaintext.length + OVERHEAD_BYTES);
  });
});

describe('associated data', () => {
  it('tells lists of fields apart whose joined text is the same', () => {
    const lists = [['ab', 'c'], ['a', 'bc'], ['abc', ''], ['', 'abc'], ['abc'], ['a', 'b', 'c'], ['abc', '', '']];
    expect(new Set(lists.map((fields) => associatedData(...fields).toString('hex'))).size).toBe(lists.length);
  });

  it('writes each field behind its length in bytes', () => {
    expect(associatedData('é', '').toString('hex')).toBe('00000002c3a900000000');
  });
});
