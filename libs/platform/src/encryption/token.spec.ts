import { crc32 } from 'node:zlib';

import { isToken, mintToken } from './token.js';

describe('tokens', () => {
  it('are 43 characters of randomness and 6 of checksum behind their prefix', () => {
    const token = mintToken('ses_');
    expect(token).toMatch(/^ses_[0-9A-Za-z]{49}$/);
    expect(isToken('ses_', token)).toBe(true);
  });

  it('carry the CRC-32 of everything before it, in base62', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (let i = 0; i < 100; i += 1) {
      const token = mintToken('ses_');
      const value = Array.from(token.slice(-6)).reduce((sum, character) => sum * 62 + alphabet.indexOf(character), 0);
      expect(value).toBe(crc32(token.slice(0, -6)));
    }
  });

  it('never come twice', () => {
    expect(new Set(Array.from({ length: 1000 }, () => mintToken('ses_'))).size).toBe(1000);
  });

  it('are refused with any single character changed', () => {
    const token = mintToken('ses_');
    for (let i = 0; i < token.length; i += 1) {
      const other = token.charAt(i) === 'a' ? 'b' : 'a';
      expect(isToken('ses_', token.slice(0, i) + other + token.slice(i + 1))).toBe(false);
    }
  });

  it.each(['', 'ses_', `ses_${'0'.repeat(49)}\n`, 'ses_01h455vb4pex5vsknk084sn02q', `ses_${'é'.repeat(49)}`])(
    'are not %j',
    (text) => expect(isToken('ses_', text)).toBe(false),
  );

  it('belong to one prefix', () => expect(isToken('pat_', mintToken('ses_'))).toBe(false));
});
