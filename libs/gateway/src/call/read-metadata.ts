import { validationFailed } from '@app/kernel';
import { isJsonObject, JsonRefused, type JsonValue, readJson, writeJson } from '@app/providers';

const HEADER = 'x-cencori-metadata';
const MOST_MEMBERS = 16;
const LONGEST_NAME = 64;
const LONGEST_VALUE = 512;
const BOUNDS = { depth: 2, values: 100 };

const refuse = (problem: string) => validationFailed({ field: HEADER, problem });

/** Node gives the bytes of a header field as Latin-1 characters. */
const parse = (header: string): JsonValue => {
  try {
    return readJson(Buffer.from(header, 'latin1'), BOUNDS);
  } catch (error) {
    if (error instanceof JsonRefused) throw refuse(error.problem);
    throw error;
  }
};

const isMember = ([name, value]: readonly [string, JsonValue]): boolean =>
  name.length <= LONGEST_NAME && typeof value === 'string' && value.length <= LONGEST_VALUE;

/** The caller's own words about a call as canonical JSON, `null` without any. */
export const readMetadata = (headers: Readonly<Record<string, unknown>>): string | null => {
  const header = headers[HEADER];
  if (typeof header !== 'string' || header.trim() === '') return null;
  const metadata = parse(header);
  if (!isJsonObject(metadata)) throw refuse('must be a JSON object');
  const members = [...metadata].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (members.length > MOST_MEMBERS || !members.every(isMember)) {
    throw refuse(
      `must have at most ${MOST_MEMBERS} members, names of up to ${LONGEST_NAME} characters and strings of up to ${LONGEST_VALUE}`,
    );
  }
  return members.length === 0 ? null : writeJson(new Map(members));
};
