import { validationFailed } from '@app/kernel';

/** The answer of every list: no total counts, they cost a full scan. */
export interface Page<Row> {
  readonly data: readonly Row[];
  /** Cursor of the next page; `null` on the last one. */
  readonly nextCursor: string | null;
}

/** The form of an id among the sort values of a cursor. */
export const UUID_IN_CURSOR = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An opaque keyset cursor of the last row's sort values. */
export const encodeCursor = (values: readonly string[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/** The sort values of a cursor; each must match its pattern, else the request is VALIDATION_FAILED. */
export const decodeCursor = (cursor: string, patterns: readonly RegExp[]): readonly string[] => {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    values = null;
  }
  const fits =
    Array.isArray(values) &&
    values.length === patterns.length &&
    values.every((value, i) => typeof value === 'string' && patterns[i]?.test(value));
  if (!fits) throw validationFailed({ field: 'cursor', problem: 'is not a cursor of this list' });
  return values as string[];
};

/** Cuts `limit + 1` fetched rows to a page. */
export const pageOf = <Row, Shown>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Shown,
  sortValues: (row: Row) => readonly string[],
): Page<Shown> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(show),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(sortValues(last)) : null,
  };
};
