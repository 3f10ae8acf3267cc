import { isUtf8 } from 'node:buffer';
import { validationFailed } from '@app/kernel';

const ROOT = 'body';
const MAX_PATH = 200;
/** Levels of objects and arrays; more is refused before anything recurses over them. */
const MAX_DEPTH = 32;
const LONE_SURROGATE = /\p{Cs}/u;

const refuse = (problem: string, field = ROOT): Error => validationFailed({ field: field.slice(0, MAX_PATH), problem });

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BACKSLASH = 0x5c;

/** Index of the quote that ends the string which begins before `from`; the text's length when none does. */
const endOfString = (text: string, from: number): number => {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH && end - 1 - backslashes >= from) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
};

interface Shape {
  readonly depth: number;
  readonly members: number;
}

/** Depth and number of members as written. Strings are jumped over, so long prompts cost next to nothing. */
const shapeOf = (text: string): Shape => {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let i = 0; i < text.length; i += 1) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i + 1);
        break;
      case COLON:
        members += 1;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        deepest = Math.max(deepest, depth);
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
    }
  }
  return { depth: deepest, members };
};

const checkString = (text: string, path: string): void => {
  if (text.includes('\0')) throw refuse('must not contain the character NUL', path);
  if (LONE_SURROGATE.test(text)) throw refuse('must be well-formed Unicode', path);
};

const checkName = (name: string, path: string): void => {
  checkString(name, path);
  if (Object.hasOwn(Object.prototype, name)) throw refuse('is not a field of this request', memberPath(path, name));
};

const memberPath = (path: string, name: string): string => (path === ROOT ? name : `${path}.${name}`);

/** Number of members in a list's items. Paths are put together for what has parts and for refusals only. */
const inspectList = (items: readonly unknown[], path: string): number => {
  let members = 0;
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    if (typeof item === 'string') checkString(item, path);
    if (typeof item !== 'object' || item === null) continue;
    if (Array.isArray(item)) throw refuse('must not be a list', `${path}[${i}]`);
    members += inspect(item, `${path}[${i}]`);
  }
  return members;
};

/** Number of members of the parsed value, having looked at every name and string. The depth is bounded by now. */
const inspect = (value: object, path: string): number => {
  if (Array.isArray(value)) return inspectList(value, path);
  let members = 0;
  for (const [name, item] of Object.entries<unknown>(value as Record<string, unknown>)) {
    members += 1;
    checkName(name, path);
    if (typeof item === 'string') checkString(item, memberPath(path, name));
    else if (typeof item === 'object' && item !== null) members += inspect(item, memberPath(path, name));
  }
  return members;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's message quotes the body, which may hold a secret.
    if (cause instanceof SyntaxError) throw refuse('is not valid JSON');
    throw cause;
  }
};

/**
 * The JSON object of a management body, or VALIDATION_FAILED. It is read by our classes and stored, so beside what is
 * no JSON object in UTF-8 these are refused:
 * - NUL and lone surrogates, which the database cannot hold;
 * - a list directly in a list, and a member named like one every object has (`constructor`, `__proto__`), both of which
 *   the conversion to classes lets pass unjudged;
 * - a member name that occurs twice in one object, because readers disagree about which one counts. `JSON.parse` keeps
 *   the last one, which makes the parsed value one member short of the text, however the names were escaped.
 */
export const parseJsonObject = (bytes: Uint8Array): Record<string, unknown> => {
  if (!isUtf8(bytes)) throw refuse('is not valid UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const written = shapeOf(text);
  if (written.depth > MAX_DEPTH) throw refuse(`must not nest deeper than ${MAX_DEPTH} levels`);
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('must be a JSON object');
  if (inspect(value, ROOT) !== written.members) throw refuse('must not name a member twice in one object');
  return value as Record<string, unknown>;
};
