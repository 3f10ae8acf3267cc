import type { EventSample } from './event-samples.js';

/** Forms that say nothing of anybody: ids, times, numbers and hashes. */
const HARMLESS: readonly RegExp[] = [
  /^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$/,
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/,
  /^(?:0|-?[1-9]\d*)$/,
  // Whole hashes alone: short words such as "decade" are hexadecimal too.
  /^(?:[0-9a-f]{2}){16,}$/,
];

/** What else an event may say in clear, by member: `data.x` of a type, `metadata.x` of every type. */
export type ReviewedMembers = Readonly<Record<string, RegExp>>;

export interface ClearString {
  readonly member: string;
  readonly text: string;
}

const isSealed = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  '$sealed' in value &&
  typeof value.$sealed === 'string' &&
  value.$sealed.startsWith('sealed:');

const stringsIn = (member: string, value: unknown): readonly ClearString[] => {
  if (typeof value === 'string') return [{ member, text: value }];
  if (Array.isArray(value)) return value.flatMap((item) => stringsIn(`${member}[]`, item));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => stringsIn(`${member}.${name}`, item));
};

/** The strings of an event that stand in clear and that nobody has reviewed. */
export const unreviewedStrings = (
  { type, data, metadata }: Pick<EventSample, 'type' | 'data' | 'metadata'>,
  reviewed: Readonly<Record<string, ReviewedMembers>>,
): readonly ClearString[] => {
  // Only members of the data itself are sealed; anywhere deeper the mark is just another text.
  const clear = Object.entries(data).filter(([, value]) => !isSealed(value));
  const strings = [...stringsIn('data', Object.fromEntries(clear)), ...stringsIn('metadata', metadata)];
  const members = { ...reviewed['*'], ...reviewed[type] };
  return strings.filter(
    ({ member, text }) => !HARMLESS.some((form) => form.test(text)) && members[member]?.test(text) !== true,
  );
};
