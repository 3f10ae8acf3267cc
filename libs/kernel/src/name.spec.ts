import { parseName } from './index.js';

describe('names', () => {
  it.each([
    ['  Acme  ', 'Acme'],
    ['Cafe\u0301', 'Caf\u00e9'],
    ['株式会社', '株式会社'],
    ['\u{1f680}', '\u{1f680}'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['\u{1f680}'.repeat(100), '\u{1f680}'.repeat(100)],
  ])('keeps %j as %j', (text, name) => expect(parseName('name', text)).toBe(name));

  it.each([
    '',
    '   ',
    '\u200b\u200b',
    'a\u0000b',
    'a\nb',
    'a\u202eb',
    'a\u2028b',
    'a\ud800b',
    '\udc00',
    'x'.repeat(101),
    '\u{1f680}'.repeat(101),
  ])('refuses %j and names the field', (text) => {
    expect(() => parseName('name', text)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: { fields: [expect.objectContaining({ field: 'name' })] },
      }),
    );
  });
});
