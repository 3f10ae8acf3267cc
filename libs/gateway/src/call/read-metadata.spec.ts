import { DomainError } from '@app/kernel';

import { readMetadata } from './read-metadata.js';

/** As Node gives the bytes of a header field. */
const header = (text: string) => readMetadata({ 'x-cencori-metadata': Buffer.from(text).toString('latin1') });

describe('call metadata', () => {
  it('is canonical JSON, whatever order and white space it was sent in', () => {
    expect(header('{ "b": "2", "a": "ü" }')).toBe('{"a":"ü","b":"2"}');
    expect(header('{"b":"2","a":"\\u00fc"}')).toBe(header('{ "a": "ü", "b": "2" }'));
  });

  it('is null where nothing was sent', () => {
    for (const text of ['', ' ', '{}']) expect(header(text)).toBeNull();
    expect(readMetadata({})).toBeNull();
  });

  it('holds up to 16 short strings', () => {
    const members = (count: number, name = 'n', value = 'v') =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, value])));
    expect(header(members(16, 'n', 'v'.repeat(512)))).not.toBeNull();
    expect(() => header(members(17))).toThrow(DomainError);
    expect(() => header(members(1, 'n', 'v'.repeat(513)))).toThrow(DomainError);
    expect(() => header(members(1, 'n'.repeat(64)))).toThrow(DomainError);
  });

  it.each([
    'x',
    '[]',
    '"text"',
    'null',
    '{"a":1}',
    '{"a":{}}',
    '{"a":null}',
    '{"a":"1","a":"2"}',
    '{"a":"\\u0000"}',
    '{"a":"\\ud800"}',
  ])('refuses %s', (text) => {
    expect(() => header(text)).toThrow(/^x-cencori-metadata /);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => readMetadata({ 'x-cencori-metadata': '{"a":"\xff"}' })).toThrow('is not UTF-8');
  });
});
