import { isJsonObject, JsonRefused, readJson, writeJson } from './exact-json.js';

const BOUNDS = { depth: 20, values: 1_000 };
const read = (text: string) => readJson(Buffer.from(text), BOUNDS);
const problemOf = (bytes: Uint8Array | string): string => {
  try {
    readJson(Buffer.from(bytes), BOUNDS);
  } catch (error) {
    if (error instanceof JsonRefused) return error.problem;
    throw error;
  }
  return 'taken';
};

describe('exact JSON', () => {
  it('writes what it read: order of members, digits of numbers, names like __proto__', () => {
    for (const text of [
      '{"b":1,"a":2,"10":3,"9":4,"__proto__":{"x":1},"constructor":null}',
      '[12345678901234567890,1.0,1e400,-0,0.1,1E5,3.141592653589793238462643]',
      '{"":[[],{},"",true,false,null]}',
      '"\\"\\\\/\\b\\f\\n\\r\\t ü 漢 😀 \u2028"',
    ]) {
      expect(writeJson(read(text))).toBe(text);
    }
  });

  it('reads the values the built-in parser reads', () => {
    const text = '{ "a" : [ 1 , -2.5e-3 , "\\u00fc\\ud83d\\ude00\\/" , true ] , "b" : { } }';
    expect(JSON.parse(writeJson(read(text)))).toEqual(JSON.parse(text));
  });

  it('gives no prototype to a member named __proto__', () => {
    const value = read('{"__proto__":{"admin":true}}');
    expect(isJsonObject(value) && [...value.keys()]).toEqual(['__proto__']);
  });

  it('refuses a member name that occurs twice, at any depth and in any spelling', () => {
    expect(problemOf('{"model":"a","model":"b"}')).toBe('has the member "model" twice');
    expect(problemOf('{"a":[{"b":{"c":1,"\\u0063":1}}]}')).toBe('has the member "c" twice');
    expect(problemOf(`{"${'x'.repeat(90)}":1,"${'x'.repeat(90)}":1}`).length).toBeLessThan(80);
  });

  it('refuses what PostgreSQL and UTF-8 cannot hold', () => {
    for (const text of ['"a\\u0000b"', '{"\\u0000":1}']) expect(problemOf(text)).toMatch(/NUL/);
    for (const text of ['"\\ud800"', '"\\udc00\\ud800"', '{"\\udfff":1}']) expect(problemOf(text)).toMatch(/surrogate/);
    expect(problemOf(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toBe('is not UTF-8');
    expect(problemOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe('is not UTF-8');
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a"}',
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '{a:1}',
    "{'a':1}",
    '01',
    '1.',
    '.5',
    '+1',
    'NaN',
    'Infinity',
    'tru',
    'nullx',
    '"a',
    '"a\\',
    '"a\\"',
    '"\\x41"',
    '"\\u12"',
    '"a\nb"',
    '"a\\n\tb"',
    '{} {}',
    '\uFEFF{}',
    '// no\n{}',
    '{"a":1}\0',
  ])('refuses %j, which is not JSON', (text) => {
    expect(problemOf(text)).toMatch(/^is not JSON/);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it('refuses more depth and more values than a body may have, without running out of stack', () => {
    expect(problemOf('['.repeat(20) + ']'.repeat(20))).toBe('taken');
    expect(problemOf('['.repeat(21) + ']'.repeat(21))).toBe('is nested more than 20 levels deep');
    expect(problemOf('{"a":'.repeat(1_000_000))).toBe('is nested more than 20 levels deep');
    expect(problemOf(`[${'0,'.repeat(998)}0]`)).toBe('taken');
    expect(problemOf(`[${'0,'.repeat(999)}0]`)).toBe('has more than 1000 values');
  });

  it('never says more of a body than a short piece', () => {
    expect(problemOf(`{"a":${'sk-secret-'.repeat(50)}}`).length).toBeLessThan(80);
    expect(problemOf(`"${'x'.repeat(500)}\\q"`).length).toBeLessThan(80);
  });
});
