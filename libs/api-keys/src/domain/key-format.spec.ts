import { displayPrefixOf, type KeyPrefix, type KeyShape, mintKey, prefixOf, recogniseKeyShape } from './key-format.js';

const COUNTING = Uint8Array.from({ length: 32 }, (_, i) => i);

/** Computed with Python's zlib.crc32 and its arbitrary-precision integers. */
const VECTORS: readonly [KeyPrefix, string, KeyShape['type'], KeyShape['environment']][] = [
  ['csk_', 'csk_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g7JMz', 'secret', 'production'],
  ['csk_test_', 'csk_test_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3cWrb4', 'secret', 'test'],
  ['cpk_', 'cpk_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf41gwUa', 'publishable', 'production'],
  ['cpk_test_', 'cpk_test_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1BjzsA', 'publishable', 'test'],
  ['cake_', 'cake_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3u6FO9', 'agent', null],
  ['cpj_', 'cpj_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf2CocDk', 'project', null],
];

describe('keys', () => {
  it.each(VECTORS)('%s keys are minted and recognised in the published form', (prefix, key, type, environment) => {
    expect(mintKey(prefix, COUNTING)).toBe(key);
    expect(recogniseKeyShape(key)).toEqual({ prefix, type, environment, legacy: false });
  });

  it.each(VECTORS)('%s keys are refused after any change of a single character', (_, key) => {
    for (let at = 0; at < key.length; at += 1) {
      for (const character of '09AZaz_- é') {
        if (character === key[at]) continue;
        expect(recogniseKeyShape(key.slice(0, at) + character + key.slice(at + 1))).toBeNull();
      }
    }
  });

  it.each([
    ['nothing', ''],
    ['a bare prefix', 'csk_'],
    ['the key of somebody else', 'sk-proj-abc'],
    ['a session token', 'ses_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g7JMz'],
    ['a NUL', '\0'],
    ['a character outside ASCII', 'csk_\u{1f511}'],
    ['a very long text', `csk_${'a'.repeat(100_000)}`],
  ])('are not seen in %s', (_, text) => {
    expect(recogniseKeyShape(text)).toBeNull();
  });
});

describe('legacy keys', () => {
  const body = '3yZe7dKfGhJkMnPqRsTuVwXyZ2345678';

  it.each([
    ['cen_', 'production'],
    ['cen_prod_', 'production'],
    ['cen_test_', 'test'],
  ])('%s is known as a secret key of %s', (prefix, environment) => {
    expect(recogniseKeyShape(prefix + body)).toEqual({ prefix, type: 'secret', environment, legacy: true });
  });

  it('need a body of plain characters', () => {
    for (const text of ['cen_', 'cen_short', `cen_other_${body}`, `cen_${body}!`, `cen_${'a'.repeat(129)}`]) {
      expect(recogniseKeyShape(text)).toBeNull();
    }
  });
});

describe('what is shown of a key', () => {
  it('is its prefix and four characters', () => {
    const shape: KeyShape = { prefix: 'csk_test_', type: 'secret', environment: 'test', legacy: false };
    expect(displayPrefixOf(mintKey('csk_test_', COUNTING), shape)).toBe('csk_test_003a');
  });
});

describe('the prefix to mint with', () => {
  it.each([
    ['secret', 'production', 'csk_'],
    ['secret', 'test', 'csk_test_'],
    ['publishable', 'production', 'cpk_'],
    ['publishable', 'test', 'cpk_test_'],
    ['agent', 'production', 'cake_'],
    ['agent', 'test', 'cake_'],
    ['project', 'production', 'cpj_'],
  ] as const)('of a %s key for %s is %s', (type, environment, prefix) => {
    expect(prefixOf(type, environment)).toBe(prefix);
  });
});
