import { ValidateIf } from 'class-validator';

/** The other rules of a member hold unless the body leaves it out; unlike `@IsOptional()` it lets no `null` pass. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);
