import type { KeyRing } from '../config/config.js';
import { BrokenSealError } from './aead.js';
import { type DataKeyPlace, KeyEncryptionKeys } from './key-encryption-keys.js';
import { Secret } from './secret.js';

const entry = (id: string, fill: number, bytes = 32): KeyRing[number] => ({
  id,
  key: new Secret(Buffer.alloc(bytes, fill).toString('base64')),
});

const place: DataKeyPlace = {
  organizationId: '0190163d-8694-739b-aea5-966c26f8ad91',
  projectId: '0190163d-8694-739b-aea5-966c26f8ad92',
  id: '0190163d-8694-739b-aea5-966c26f8ad93',
};
const dataKey = Buffer.alloc(32, 42);

describe('key-encryption keys', () => {
  const old = new KeyEncryptionKeys([entry('k1', 1)]);
  const rotated = new KeyEncryptionKeys([entry('k2', 2), entry('k1', 1)]);
  const wrapped = old.wrap(dataKey, place);

  it('wrap with the first and unwrap with each', () => {
    expect(wrapped.kekId).toBe('k1');
    expect(rotated.unwrap(wrapped, place)).toEqual(dataKey);
    const again = rotated.wrap(dataKey, place);
    expect(again.kekId).toBe('k2');
    expect(rotated.unwrap(again, place)).toEqual(dataKey);
  });

  it('name the key an operator has to bring back', () => {
    const forgetful = new KeyEncryptionKeys([entry('k2', 2)]);
    expect(() => forgetful.unwrap(wrapped, place)).toThrow(
      `ENCRYPTION_KEYS lacks the key "k1", which wraps the data key ${place.id}`,
    );
  });

  it('do not unwrap with any bit of the stored key turned, cut or appended', () => {
    for (let bit = 0; bit < wrapped.wrapped.length * 8; bit += 1) {
      const damaged = Buffer.from(wrapped.wrapped);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => old.unwrap({ kekId: 'k1', wrapped: damaged }, place)).toThrow(BrokenSealError);
    }
    for (let length = 0; length < wrapped.wrapped.length; length += 1) {
      const cut = { kekId: 'k1', wrapped: wrapped.wrapped.subarray(0, length) };
      expect(() => old.unwrap(cut, place)).toThrow(BrokenSealError);
    }
    const longer = { kekId: 'k1', wrapped: Buffer.concat([wrapped.wrapped, Buffer.alloc(1)]) };
    expect(() => old.unwrap(longer, place)).toThrow(BrokenSealError);
  });

  it('do not unwrap a key copied to another organization, project or row', () => {
    const other = '0190163d-8694-739b-aea5-966c26f8ad99';
    const places = [
      { ...place, organizationId: other },
      { ...place, projectId: other },
      { ...place, projectId: null },
      { ...place, id: other },
    ];
    for (const elsewhere of places) expect(() => old.unwrap(wrapped, elsewhere)).toThrow(BrokenSealError);
  });

  it('do not unwrap what a key of the same bytes wrapped under another id', () => {
    const renamed = new KeyEncryptionKeys([entry('k9', 1)]);
    expect(() => renamed.unwrap({ ...wrapped, kekId: 'k9' }, place)).toThrow(BrokenSealError);
  });

  it('are refused at the start when there is none or one has the wrong length', () => {
    expect(() => new KeyEncryptionKeys([])).toThrow('ENCRYPTION_KEYS holds no key.');
    expect(() => new KeyEncryptionKeys([entry('k1', 1, 16)])).toThrow(
      'ENCRYPTION_KEYS: the key "k1" is not 32 bytes long.',
    );
  });
});
