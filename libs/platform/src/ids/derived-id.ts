import { createHash } from 'node:crypto';

import { type Id, idOf, type IdPrefix } from '@app/kernel';

/**
 * The id that the same facts always give (UUIDv8 over SHA-256), for what must be made once however often it is asked:
 * the unique index then refuses the repeat. The facts are joined unambiguously, the prefix is one of them.
 */
export const derivedId = <P extends IdPrefix>(prefix: P, ...facts: readonly string[]): Id<P> => {
  const bytes = createHash('sha256')
    .update(JSON.stringify([prefix, ...facts]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return idOf(prefix, bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
};
