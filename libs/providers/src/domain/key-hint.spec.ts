import { keyHintOf } from './key-hint.js';

describe('the hint of a credential', () => {
  it.each([
    ['sk-abcdefwxyz', '...wxyz'],
    ['12345', '...2345'],
    ['1234', '****'],
    ['x', '****'],
  ])('of %s is %s', (credential, hint) => expect(keyHintOf(credential)).toBe(hint));
});
