import { randomBytes } from 'node:crypto';

import { tokenOf } from '@app/kernel';

export { isToken } from '@app/kernel';

/** A new bearer token: the prefix, 256 random bits and a checksum, in letters and digits that survive any transport. */
export const mintToken = (prefix: string): string => tokenOf(prefix, randomBytes(32));
