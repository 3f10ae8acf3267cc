import { foreignText } from './foreign-text.js';

describe('foreignText', () => {
  it.each([
    ['Connection terminated unexpectedly', 'Connection terminated unexpectedly'],
    ['invalid input syntax for type uuid: "secret"', 'invalid input syntax for type uuid: "…"'],
    ["near 'secret' and `secret`", 'near "…" and "…"'],
    ['connect to postgresql://app:secret@10.0.0.7/main failed', 'connect to … failed'],
    ['Unexpected token csk_0123456789abcdefghijklmnop', 'Unexpected token …'],
    ['two\nlines', 'two lines'],
    [{ secret: 'secret' }, ''],
    [new Error('secret'), ''],
  ])('of %j is %j', (text, shown) => {
    expect(foreignText(text)).toBe(shown);
  });
});
