import { normalPassword, parseNewPassword } from './password.js';

const email = { address: 'Ada@Example.com', key: 'ada@example.com' };

describe('passwords', () => {
  it.each(['12345678', ' spaces count ', 'x'.repeat(256), '\u{1f511}'.repeat(8), '\u{1f511}'.repeat(256)])(
    'takes %j as it is',
    (text) => expect(parseNewPassword(text, email)).toBe(text),
  );

  it('is the same however the keyboard composes its characters', () => {
    expect(normalPassword('pa\u0301ssword')).toBe(normalPassword('p\u00e1ssword'));
  });

  it.each(['', '1234567', 'x'.repeat(257), '\u{1f511}'.repeat(7), 'pass\0word', 'pass\ud800word'])(
    'refuses %j',
    (text) => {
      expect(normalPassword(text)).toBeNull();
      expect(() => parseNewPassword(text, email)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
    },
  );

  it.each(['ada@example.com', 'ADA@example.COM', ' ada@example.com '])('refuses the e-mail address: %j', (text) => {
    expect(() => parseNewPassword(text, email)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  });
});
