import type { KeyRing } from '../config/config.js';
import { KeyDigests } from './key-digests.js';
import { Secret } from './secret.js';

const KEY = 'csk_test_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3cWrb4';

const pepper = (id: string, fill: number, bytes = 32): KeyRing[number] => ({
  id,
  key: new Secret(Buffer.alloc(bytes, fill).toString('base64')),
});

describe('digests of keys', () => {
  it('are HMAC-SHA-256 of the pepper over SHA-256 of the key', () => {
    // printf %s "$KEY" | openssl dgst -sha256 -binary | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…
    expect(new KeyDigests([pepper('p1', 1)]).digestOf(KEY)).toEqual({
      digest: 'd667c123134821da28d841bffe1fbe355ce71e2f9bb401e33457b47e1c59e072',
      pepperId: 'p1',
    });
  });

  it('are made with the first pepper and looked for under each, newest first', () => {
    const before = new KeyDigests([pepper('p1', 1)]);
    const after = new KeyDigests([pepper('p2', 2), pepper('p1', 1)]);
    expect(after.digestOf(KEY).pepperId).toBe('p2');
    expect(after.candidatesOf(KEY)).toEqual([after.digestOf(KEY), before.digestOf(KEY)]);
  });

  it('differ for other keys and other peppers', () => {
    const digests = new KeyDigests([pepper('p1', 1), pepper('p2', 2)]);
    const all = [...digests.candidatesOf(KEY), ...digests.candidatesOf(`${KEY}0`)].map(({ digest }) => digest);
    expect(new Set(all).size).toBe(4);
  });

  it('need a pepper of 32 bytes', () => {
    expect(() => new KeyDigests([])).toThrow('KEY_PEPPERS holds no pepper.');
    expect(() => new KeyDigests([pepper('p1', 1, 8)])).toThrow('KEY_PEPPERS: the pepper "p1" is not 32 bytes long.');
  });
});
