import { isToken, tokenOf } from './token-form.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const COUNTING = Uint8Array.from({ length: 32 }, (_, i) => i);
/** Computed with Python's zlib.crc32 and its arbitrary-precision integers, as every other vector here. */
const TOKEN = 'csk_test_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3cWrb4';

describe('tokens', () => {
  it('have one published form', () => {
    expect(tokenOf('csk_test_', COUNTING)).toBe(TOKEN);
    expect(isToken('csk_test_', TOKEN)).toBe(true);
  });

  it('keep leading zeros and reach the end of the range of 256 bits', () => {
    expect(tokenOf('csk_', new Uint8Array(32))).toBe('csk_00000000000000000000000000000000000000000002Anc97');
    expect(tokenOf('csk_', new Uint8Array(32).fill(255))).toBe('csk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp143AKqD');
  });

  it('are refused after any change of a single character', () => {
    const changed = Array.from(TOKEN).flatMap((original, at) =>
      Array.from(`${ALPHABET}_- é`)
        .filter((character) => character !== original)
        .map((character) => TOKEN.slice(0, at) + character + TOKEN.slice(at + 1)),
    );
    expect(changed.length).toBeGreaterThan(3_000);
    expect(changed.filter((text) => isToken('csk_test_', text))).toEqual([]);
  });

  it('are refused after any two neighbours changed places', () => {
    const swapped = Array.from(TOKEN)
      .map((_, at) => TOKEN.slice(0, at) + TOKEN.charAt(at + 1) + TOKEN.charAt(at) + TOKEN.slice(at + 2))
      .filter((text) => text !== TOKEN);
    expect(swapped.length).toBeGreaterThan(50);
    expect(swapped.filter((text) => isToken('csk_test_', text))).toEqual([]);
  });

  it('are refused when cut, lengthened or surrounded by white space', () => {
    for (let length = 0; length < TOKEN.length; length += 1)
      expect(isToken('csk_test_', TOKEN.slice(0, length))).toBe(false);
    for (const text of [`${TOKEN}0`, ` ${TOKEN}`, `${TOKEN}\n`, `${TOKEN} `])
      expect(isToken('csk_test_', text)).toBe(false);
  });

  it('differ whenever their random bytes differ, in one bit too', () => {
    const seen = new Set([tokenOf('csk_', COUNTING)]);
    for (let bit = 0; bit < 256; bit += 1) {
      const bytes = Buffer.from(COUNTING);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      seen.add(tokenOf('csk_', bytes));
    }
    expect(seen.size).toBe(257);
  });

  it('use every character as often as any other', () => {
    const counts = new Map<string, number>();
    const tokens = 2_000;
    for (let i = 1; i <= tokens; i += 1) {
      // A counter times an odd constant, modulo 2^256: the same values in every run, even over the whole range.
      const spread = BigInt.asUintN(
        256,
        BigInt(i) * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95n,
      );
      const token = tokenOf('csk_', Buffer.from(spread.toString(16).padStart(64, '0'), 'hex'));
      // Without the first character, which ends before a full turn of 62 as the first digit of any number does.
      for (const character of token.slice(5, -6)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = (tokens * 42) / 62;
    for (const character of ALPHABET) {
      expect(counts.get(character)).toBeGreaterThan(expected * 0.85);
      expect(counts.get(character)).toBeLessThan(expected * 1.15);
    }
  });

  it('are made of exactly 32 random bytes', () => {
    expect(() => tokenOf('csk_', new Uint8Array(31))).toThrow(TypeError);
    expect(() => tokenOf('csk_', new Uint8Array(33))).toThrow(TypeError);
  });
});
