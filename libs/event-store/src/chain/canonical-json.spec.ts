import { canonicalJson } from './canonical-json.js';

const canonical = (value: unknown): string => canonicalJson(value, 'note');

describe('canonical JSON', () => {
  it('is one text for one value, whatever the order of its members', () => {
    expect(canonical({ b: [1, { d: 0.1, c: null }], a: 'é' })).toBe('{"a":"é","b":[1,{"c":null,"d":0.1}]}');
  });

  it('leaves out what JSON does not have', () => {
    expect(canonical({ kept: 1, left: undefined })).toBe('{"kept":1}');
  });

  it.each(['\0', 'a\ud800b', '\udfff', '\\\ud800'])('refuses text that no store can keep: %j', (text) => {
    expect(() => canonical({ text })).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  });

  it.each(['\\u0000', '\\ud800', '😀', '\\\\u0000'])('keeps text that only looks like it: %j', (text) => {
    expect(JSON.parse(canonical({ text }))).toEqual({ text });
  });

  it.each<[unknown, string]>([
    [undefined, 'note is not a JSON value'],
    [Number.NaN, 'NaN is not allowed'],
    [1n, 'BigInt'],
  ])('refuses what is no JSON value: %p', (value, reason) => {
    expect(() => canonical(value)).toThrow(reason);
  });
});
