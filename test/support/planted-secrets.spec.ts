import { findPlantedSecrets } from './planted-secrets.js';

/** Bytes whose base64 holds `+` and `/`, a quote, a space and a letter outside ASCII. */
const VALUE = 'k?>~ "pässword"-0123456789';
const planted = { key: VALUE };
const bytes = Buffer.from(VALUE, 'utf8');

const found = (text: string): readonly string[] => findPlantedSecrets(planted, text).map(({ form }) => form);

const inside = (before: number, encoding: 'base64' | 'base64url'): string =>
  Buffer.concat([Buffer.alloc(before, 'u'), bytes, Buffer.from(':rest')]).toString(encoding);

describe('a planted secret is found', () => {
  it.each<[string, string, string]>([
    ['as it is', 'plain', `before ${VALUE} after`],
    ['in JSON', 'json', JSON.stringify({ key: VALUE })],
    ['URL-encoded', 'url', `https://h/?k=${encodeURIComponent(VALUE)}`],
    ['URL-encoded in lower case', 'url', encodeURIComponent(VALUE).replace(/%../g, (code) => code.toLowerCase())],
    ['URL-encoded twice', 'url', encodeURIComponent(encodeURIComponent(VALUE))],
    ['URL-encoded letter by letter', 'url', bytes.toString('hex').replace(/../g, '%$&')],
    ['in a form', 'url', new URLSearchParams({ key: VALUE }).toString()],
    ['in hexadecimal', 'hex', `\\x00${bytes.toString('hex')}ff`],
    ['in upper-case hexadecimal', 'hex', bytes.toString('hex').toUpperCase()],
    ['in base64', 'base64', bytes.toString('base64')],
    ['in base64 behind one byte', 'base64', inside(1, 'base64')],
    ['in base64 behind two bytes', 'base64', inside(2, 'base64')],
    ['in Basic authentication', 'base64', `Basic ${Buffer.from(`api-key:${VALUE}`).toString('base64')}`],
    ['in base64 over two lines', 'base64', inside(50, 'base64').replace(/.{76}/, '$&\n')],
    ['in base64url', 'base64url', inside(0, 'base64url')],
    ['in base64url behind one byte', 'base64url', inside(1, 'base64url')],
    ['in base64url behind two bytes', 'base64url', inside(2, 'base64url')],
  ])('%s', (_, form, text) => {
    expect(found(text)).toContain(form);
  });
});

describe('a planted secret is not found', () => {
  it.each([
    ['in nothing', ''],
    ['in a part of it', VALUE.slice(0, -1)],
    ['in its digest', 'c3RvcmVk6f1c'],
    ['in a broken encoding', '%E0%A4%A %zz %'],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('by its value: what is found is told by name', () => {
    expect(JSON.stringify(findPlantedSecrets(planted, VALUE))).not.toContain('0123456789');
  });

  it('when it is too short to be told from chance', () => {
    expect(() => findPlantedSecrets({ pin: '1234' }, '')).toThrow(TypeError);
  });
});
