import { inspect } from 'node:util';

import { parseJsonObject } from './strict-json.js';

const parse = (text: string) => parseJsonObject(Buffer.from(text));
const catchOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('parseJsonObject', () => {
  it.each([
    ['an empty object', '{}'],
    ['white space around', ' \n{ "a" : 1 }\t'],
    ['the same name in different objects', '{"a":{"x":1},"b":{"x":1}}'],
    ['colons, braces and escaped quotes inside strings', String.raw`{"a":"x:{[\"y\\","b":"\\\\\" : {"}`],
    ['the largest depth', nested(32)],
    ['escapes that look like an end', String.raw`{"a":"\\","b":"\""}`],
  ])('reads %s as JSON.parse does', (_case, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['a repeated name', '{"a":1,"a":2}'],
    ['a name repeated through an escape', String.raw`{"a":1,"\u0061":2}`],
    ['a repeated name inside an array', '{"list":[{"a":1,"b":2,"a":3}]}'],
    ['a repeated name with equal values', '{"a":1,"a":1}'],
    ['a member named __proto__', '{"__proto__":{"admin":true}}'],
    ['a member named __proto__ deeper', '{"a":[{"__proto__":1}]}'],
    ['too many levels', nested(33)],
    ['thousands of levels', '['.repeat(100_000)],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '1'],
    ['a string', '"x"'],
    ['nothing', ''],
    ['a cut off body', '{"a":'],
    ['a string without end', '{"a":"'],
    ['two documents', '{}{}'],
    ['a byte order mark', '\uFEFF{}'],
    ['NUL in a string', String.raw`{"a":"x\u0000"}`],
    ['NUL in a name', String.raw`{"a\u0000":1}`],
    ['a lone surrogate', String.raw`{"a":"\ud800"}`],
    ['NaN', '{"a":NaN}'],
    ['a list in a list', '{"a":[[1]]}'],
    ['a member named like one of every object', '{"a":[{"constructor":1}]}'],
    ['a member named toString', '{"toString":1}'],
  ])('refuses %s', (_case, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  });

  it.each([
    ['an overlong encoding', [0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]],
    ['a cut off character', [0x7b, 0x22, 0xe2, 0x82, 0x22, 0x3a, 0x31, 0x7d]],
    ['an encoded surrogate', [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('refuses %s', (_case, bytes) => {
    expect(() => parseJsonObject(Uint8Array.from(bytes))).toThrow('UTF-8');
  });

  it('names the member that holds a character the database cannot', () => {
    expect(() => parse(String.raw`{"models":[{"id":"x\u0000"}]}`)).toThrow(
      expect.objectContaining({
        details: { fields: [{ field: 'models[0].id', problem: expect.stringContaining('NUL') }] },
      }),
    );
  });

  it('shows nothing of the body in its refusal', () => {
    const refusal = catchOf(() => parse('{"apiKey":"planted-secret" planted'));
    expect(inspect(refusal, { depth: 5 })).not.toContain('planted-secret');
  });

  it('reads the part of a larger buffer it was given', () => {
    const whole = Buffer.from('xx{"a":1}yy');
    expect(parseJsonObject(whole.subarray(2, -2))).toEqual({ a: 1 });
  });
});
