import { Equals } from 'class-validator';

/**
 * A field the product will have: refused with a clear answer instead of being stored while nothing acts on it. Stands
 * beside `@ApiHideProperty()`, which the generator of the document has to see by its own name.
 */
export const NotEnforcedYet = (): PropertyDecorator =>
  Equals(undefined, { message: '$property is not enforced yet, so it is not stored' });
