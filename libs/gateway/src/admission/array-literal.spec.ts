import { numberElements, plainArray, textArray } from './array-literal.js';

describe('array literals', () => {
  it('hold numbers, booleans and ids as they are', () => {
    expect(plainArray([1, 2n, null, true, 'a-b'])).toBe('{1,2,NULL,true,a-b}');
    expect(plainArray([])).toBe('{}');
  });

  it('quote every text, so that none can end an element, be taken for NULL or for another array', () => {
    expect(textArray(['a', null, 'NULL', '', 'x","y', 'back\\slash', '{1,2}', "'"])).toBe(
      String.raw`{"a",NULL,"NULL","","x\",\"y","back\\slash","{1,2}","'"}`,
    );
  });

  it('are read back element by element', () => {
    expect(numberElements('{1,NULL,-3}')).toEqual(['1', 'NULL', '-3']);
  });
});
