/**
 * PostgreSQL array literals. The driver's own conversion of arrays costs more than the call it carries, and values
 * here need no escaping (numbers, booleans, UUIDs) or two characters of it.
 */
export const plainArray = (values: readonly (number | bigint | boolean | string | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

export const textArray = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`;

/** The elements of an array literal of numbers, each `NULL` or digits. */
export const numberElements = (literal: string): readonly string[] => literal.slice(1, -1).split(',');
