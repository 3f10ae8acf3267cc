import { slugOf } from './index.js';

describe('slugs', () => {
  it.each([
    ['Acme Corp', 'acme-corp'],
    ['  --Acme__Corp!!  ', 'acme-corp'],
    ['Café Zürich', 'cafe-zurich'],
    ['株式会社', ''],
    ['ＡＢＣ', 'abc'],
    ['a'.repeat(60), 'a'.repeat(40)],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
    [`-${'a'.repeat(60)}`, 'a'.repeat(40)],
  ])('of %j is %j', (name, slug) => expect(slugOf(name)).toBe(slug));
});
