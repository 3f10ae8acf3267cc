import { type Id, idOf, type IdPrefix } from '@app/kernel';
import { v7 } from 'uuid';

/** A new id in time order (UUIDv7). */
export const newId = <P extends IdPrefix>(prefix: P): Id<P> => idOf(prefix, v7());
