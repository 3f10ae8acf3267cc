import { Secret } from '../encryption/secret.js';

/** The environment of a process, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Why a value is not taken; says what is expected and never repeats the value, which may be a secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** One variable of the environment: the definition that is read, checked and documented. */
export interface Variable<T> {
  /** One sentence for the operator. */
  readonly meaning: string;
  /** What holds when it is not set, for the operator. */
  readonly fallback: string;
  /** Throws `Refusal`. */
  readonly read: (text: string) => T;
}

export const integer =
  (lowest: number, highest: number) =>
  (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= lowest && number <= highest) return number;
    throw new Refusal(`must be a whole number from ${lowest} to ${highest}`);
  };

export const oneOf =
  <const Choice extends string>(...choices: readonly Choice[]) =>
  (value: string): Choice => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw new Refusal(`must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`);
    return choice;
  };

const onOrOff = oneOf('on', 'off');

export const toggle = (value: string): boolean => onOrOff(value) === 'on';

/** Entries of a list separated by commas, each read by `read`. */
export const listOf =
  <T>(read: (entry: string) => T) =>
  (value: string): readonly T[] => {
    const entries = value.split(',').map((entry) => entry.trim());
    if (new Set(entries).size !== entries.length) throw new Refusal('has an entry twice');
    return entries.map(read);
  };

export const matching =
  (pattern: RegExp, problem: string) =>
  (value: string): string => {
    if (!pattern.test(value)) throw new Refusal(problem);
    return value;
  };

/** `http://host` or `https://host`, with a port and nothing else. */
const parsed = (value: string): URL | null => (URL.canParse(value) ? new URL(value) : null);

export const origin = (value: string): string => {
  const url = parsed(value);
  if (url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href) return url.origin;
  throw new Refusal('must be an origin such as https://gateway.example.com, without path, user or password');
};

export const databaseUrl = (value: string): Secret => {
  const url = parsed(value);
  const isComplete = url !== null && url.hostname !== '' && url.username !== '' && url.pathname.length > 1;
  if (isComplete && /^postgres(ql)?:$/.test(url.protocol) && isDecodable(value)) return new Secret(value);
  throw new Refusal('must be postgres://user:password@host:port/database');
};

const isDecodable = (value: string): boolean => {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
};
