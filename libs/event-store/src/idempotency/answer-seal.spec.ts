import { randomBytes } from 'node:crypto';

import { type KeyRing, Secret } from '@app/platform';

import { type AnswerPlace, openAnswer, sealAnswer } from './answer-seal.js';

const keyNamed = (id: string) => ({ id, key: new Secret(randomBytes(32).toString('base64')) });
const ring: KeyRing = [keyNamed('b'), keyNamed('a')];
const place: AnswerPlace = {
  organizationId: '01890a5d-ac96-774b-bcce-b302099a8057',
  claim: { claim: 'c1', body: 'b1', key: 'the key of the caller' },
};

describe('a sealed answer', () => {
  const answer = '{"key":"csk_secret €"}';
  const sealed = sealAnswer(ring, place, answer);

  it('opens for the same claim, body and caller’s key', () => {
    expect(openAnswer(ring, place, sealed)).toBe(answer);
    expect(sealed.sealed.includes('csk_secret')).toBe(false);
  });

  it('opens with an instance key that is no longer the first one, and not without it', () => {
    expect(openAnswer([keyNamed('c'), ...ring], place, sealed)).toBe(answer);
    expect(openAnswer([keyNamed('c')], place, sealed)).toBeNull();
    expect(openAnswer([keyNamed('b')], place, sealed)).toBeNull();
  });

  it.each<[string, AnswerPlace]>([
    ['caller’s key', { ...place, claim: { ...place.claim, key: 'another' } }],
    ['claim', { ...place, claim: { ...place.claim, claim: 'c2' } }],
    ['body', { ...place, claim: { ...place.claim, body: 'b2' } }],
    ['organization', { ...place, organizationId: '01890a5d-ac96-774b-bcce-b302099a8058' }],
  ])('does not open with another %s', (_, other) => {
    expect(openAnswer(ring, other, sealed)).toBeNull();
  });

  it('does not open when a single bit differs, nor cut, nor with bytes too many', () => {
    for (let i = 0; i < sealed.sealed.length; i += 1) {
      const damaged = Buffer.from(sealed.sealed);
      damaged.writeUInt8(damaged.readUInt8(i) ^ 1, i);
      expect(openAnswer(ring, place, { ...sealed, sealed: damaged })).toBeNull();
      expect(openAnswer(ring, place, { ...sealed, sealed: sealed.sealed.subarray(0, i) })).toBeNull();
    }
    const longer = Buffer.concat([sealed.sealed, Buffer.of(0)]);
    expect(openAnswer(ring, place, { ...sealed, sealed: longer })).toBeNull();
  });
});
