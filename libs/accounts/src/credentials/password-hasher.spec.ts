import { parseOptions } from '@node-rs/argon2';

import { PasswordHasher } from './password-hasher.js';

describe('password hashes', () => {
  const hasher = new PasswordHasher();
  beforeAll(() => hasher.onModuleInit());

  it('name argon2id and its cost, and differ for the same password', async () => {
    const first = await hasher.hash('correct horse', 'a');
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(first)).toMatchObject({ outputLen: 32, saltLen: 16 });
    expect(await hasher.hash('correct horse', 'a')).not.toBe(first);
  });

  it('match their password and no other', async () => {
    const stored = await hasher.hash('correct horse', 'a');
    expect(await hasher.verify(stored, 'correct horse', 'a')).toBe(true);
    expect(await hasher.verify(stored, 'correct horsf', 'a')).toBe(false);
    expect(await hasher.verify(stored, null, 'a')).toBe(false);
  });

  it('of nobody match nothing, not even the password they were made of', async () => {
    expect(await hasher.verify(null, 'the password of nobody', 'a')).toBe(false);
    expect(await hasher.verify(null, null, 'a')).toBe(false);
  });

  it('of nobody cost a turn at hashing like any other, so that time does not tell which accounts exist', async () => {
    const verdicts = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.verify(null, null, 'a')));
    expect(verdicts.filter(({ status }) => status === 'rejected')).toHaveLength(6);
  });
});
