import { BrokenSealError } from './aead.js';
import { formatSealed, parseSealed } from './sealed-text.js';

const keyId = '0190163d-8694-739b-aea5-966c26f8ad91';
const encrypted = Buffer.from(Array.from({ length: 40 }, (_, i) => i));
const text = formatSealed({ keyId, encrypted });

describe('a sealed text', () => {
  it('has one stored form: mark, version, key id, nonce, ciphertext, tag', () => {
    const bytes = `01${keyId.replaceAll('-', '')}${encrypted.toString('hex')}`;
    expect(text).toBe(`sealed:${Buffer.from(bytes, 'hex').toString('base64url')}`);
    expect(parseSealed(text)).toEqual({ keyId, encrypted });
  });

  it('is refused when cut at any place that leaves no room for nonce and tag', () => {
    const shortest = formatSealed({ keyId, encrypted: encrypted.subarray(0, 28) });
    expect(parseSealed(shortest).encrypted).toHaveLength(28);
    for (let length = 0; length < shortest.length; length += 1) {
      expect(() => parseSealed(shortest.slice(0, length))).toThrow(BrokenSealError);
    }
  });

  it.each([
    ['no mark', text.slice('sealed:'.length)],
    ['another mark', text.replace('sealed:', 'Sealed:')],
    ['another version', formatSealedWithVersion(2)],
    ['the other base64 alphabet', `${text.slice(0, -1)}+`],
    ['padding', `${text}=`],
    ['a line break', `${text}\n`],
    ['a space inside', `${text.slice(0, 20)} ${text.slice(20)}`],
    ['a character outside ASCII', `${text}é`],
    ['the plaintext of somebody who forgot to seal', 'sk-provider-0123456789'],
  ])('is refused with %s', (_, stored) => {
    expect(() => parseSealed(stored)).toThrow(BrokenSealError);
  });

  it('is refused when its last letter carries bits that stand for nothing', () => {
    const loose = formatSealed({ keyId, encrypted: encrypted.subarray(0, 30) });
    const accepted = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').filter((letter) => {
      try {
        parseSealed(loose.slice(0, -1) + letter);
        return true;
      } catch {
        return false;
      }
    });
    // 47 bytes end in a letter with two spare bits, so a quarter of the letters is canonical.
    expect(accepted).toHaveLength(16);
  });
});

function formatSealedWithVersion(version: number): string {
  const bytes = Buffer.from(text.slice('sealed:'.length), 'base64url');
  bytes[0] = version;
  return `sealed:${bytes.toString('base64url')}`;
}
