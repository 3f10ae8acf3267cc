import { SetMetadata } from '@nestjs/common';

/** What a route says of itself beside its access: the guard obeys it and the OpenAPI document shows it. */
export interface RouteMarks {
  readonly versioned: boolean;
  readonly withoutEffect: boolean;
}

const VERSIONED = Symbol('versioned');
const WITHOUT_EFFECT = Symbol('without-effect');

/**
 * A route of a resource with a version: its answers carry it as `ETag` (`setETag`), and what changes it obeys
 * `If-Match`. Other changes refuse the field, because the caller relies on a comparison that nobody makes there.
 */
export const Versioned = () => SetMetadata(VERSIONED, true);

/** A POST that asks and changes nothing: no answer of it is kept, so it takes no `Idempotency-Key`. */
export const WithoutEffect = () => SetMetadata(WITHOUT_EFFECT, true);

export const marksOf = (handler: object): RouteMarks => ({
  versioned: Reflect.getMetadata(VERSIONED, handler) === true,
  withoutEffect: Reflect.getMetadata(WITHOUT_EFFECT, handler) === true,
});
