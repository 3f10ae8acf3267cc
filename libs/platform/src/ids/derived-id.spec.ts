import { uuidOf } from '@app/kernel';
import { validate, version } from 'uuid';

import { derivedId } from './derived-id.js';

describe('derived ids', () => {
  it('are the same for the same facts', () => expect(derivedId('org', 'a', 'b')).toBe(derivedId('org', 'a', 'b')));

  it.each([[['ab', '']], [['', 'ab']], [['a']], [['b', 'a']], [[]]])('differ for other facts: %j', (facts) =>
    expect(derivedId('org', ...facts)).not.toBe(derivedId('org', 'a', 'b')),
  );

  it('differ between prefixes, so that no row is mistaken for another kind', () => {
    expect(uuidOf(derivedId('org', 'a'))).not.toBe(uuidOf(derivedId('prj', 'a')));
  });

  it('are UUIDs of version 8', () => {
    for (let i = 0; i < 100; i += 1) {
      const uuid = uuidOf(derivedId('inc', String(i)));
      expect(validate(uuid) && version(uuid)).toBe(8);
    }
  });
});
