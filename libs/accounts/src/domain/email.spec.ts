import { parseEmail } from './email.js';

describe('e-mail addresses', () => {
  it.each([
    ['Ada@Example.com', 'ada@example.com'],
    ['  ada@example.com ', 'ada@example.com'],
    ['ada+test@example.com', 'ada+test@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
    ['jose\u0301@example.com', 'jos\u00e9@example.com'],
    ["o'brien@example.com", "o'brien@example.com"],
  ])('%j belongs to the account %j', (text, key) => expect(parseEmail(text)?.key).toBe(key));

  it('keeps the spelling mail goes to', () => {
    expect(parseEmail(' Ada@Example.com ')?.address).toBe('Ada@Example.com');
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@b@example.com',
    'ada lovelace@example.com',
    'ada@exa\u0000mple.com',
    'ada\u0000@example.com',
    'ada\ud800@example.com',
    'ada\u200b@example.com',
    'ada@example.com\nbcc: eve@example.com',
    'ada@[127.0.0.1]',
    'ada@127.0.0.1',
    'ada@0x7f.1',
    'ada@example.com/path',
    'ada@%65xample.com',
    'ada@example.com.',
    'ada@a..com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(250)}.com`,
  ])('refuses %j', (text) => expect(parseEmail(text)).toBeNull());
});
