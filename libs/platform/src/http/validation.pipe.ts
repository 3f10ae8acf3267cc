import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { DomainError, type FieldProblem, validationFailed } from '@app/kernel';

const MAX_PROBLEMS = 20;
const MAX_TEXT = 300;

const pathOf = (parent: string, { property, target }: ValidationError): string => {
  if (parent === '') return property;
  return Array.isArray(target) ? `${parent}[${property}]` : `${parent}.${property}`;
};

/** class-validator begins its texts with the property's name; the entry has it as `field`. */
const textOf = ({ property, constraints }: ValidationError): string =>
  Object.entries(constraints ?? {})
    .map(([rule, text]) => {
      if (rule === 'whitelistValidation') return 'is not a field of this request';
      return text.startsWith(`${property} `) ? text.slice(property.length + 1) : text;
    })
    .join('; ');

/** One entry per wrong field, with its path. */
const problemsOf = (errors: readonly ValidationError[], parent = ''): readonly FieldProblem[] =>
  errors.flatMap((error) => {
    const field = pathOf(parent, error).slice(0, MAX_TEXT);
    const own = error.constraints === undefined ? [] : [{ field, problem: textOf(error).slice(0, MAX_TEXT) }];
    return [...own, ...problemsOf(error.children ?? [], field)];
  });

/**
 * Judges bodies and queries by their classes. Unknown fields are refused; nothing is converted but what a field
 * converts by itself (`@Type`). No message repeats a value.
 */
@Injectable()
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: true, value: false },
      exceptionFactory: (errors: ValidationError[]) => validationFailed(...problemsOf(errors).slice(0, MAX_PROBLEMS)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (cause) {
      if (cause instanceof DomainError) throw cause;
      // A field's own conversion met a value of a kind it did not expect, which is the caller's mistake.
      throw validationFailed({ field: metadata.data ?? metadata.type, problem: 'is not of the expected form' });
    }
  }
}
