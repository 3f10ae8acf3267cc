/**
 * JSON of a model call. `JSON.parse` cannot carry one: it takes the last of two members with one name (another parser
 * takes the first, so a judged body and an understood one could differ), rounds long numbers and sorts members whose
 * names look like integers. Here a text has exactly one meaning, and what was read is what is written again.
 */
export type JsonValue = null | boolean | string | number | JsonNumber | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
/** Members in their written order; a map, because `__proto__` is a name like any other. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number whose text a double would not give back: `1.0`, `1e400`, twenty digits. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Why a text is not taken; `problem` continues a sentence that begins with the body's name. */
export class JsonRefused extends Error {
  constructor(readonly problem: string) {
    super(problem);
    this.name = 'JsonRefused';
  }
}

export interface JsonBounds {
  /** Arrays and objects inside one another. */
  readonly depth: number;
  /** Values of any kind; keeps the time of one body on the event loop short. */
  readonly values: number;
}

const WHITESPACE = /[ \t\n\r]*/y;
const PLAIN_CHARACTERS = /[^"\\\p{Cc}]*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Half of a surrogate pair alone: no UTF-8 text can hold it, neither can PostgreSQL. */
const LONE_SURROGATE = /\p{Cs}/u;

class Reader {
  private position = 0;
  private depth = 0;
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly bounds: JsonBounds,
  ) {}

  document(): JsonValue {
    const value = this.value();
    this.skip(WHITESPACE);
    if (this.position < this.text.length) throw this.unexpected();
    return value;
  }

  private value(): JsonValue {
    this.values += 1;
    if (this.values > this.bounds.values) throw new JsonRefused(`has more than ${this.bounds.values} values`);
    this.skip(WHITESPACE);
    switch (this.text[this.position]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return this.string();
      case 't':
        return this.literal('true', true);
      case 'f':
        return this.literal('false', false);
      case 'n':
        return this.literal('null', null);
      default:
        return this.number();
    }
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > this.bounds.depth) throw new JsonRefused(`is nested more than ${this.bounds.depth} levels deep`);
    this.position += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private object(): JsonObject {
    const members = new Map<string, JsonValue>();
    if (this.takes('}')) return members;
    do {
      this.skip(WHITESPACE);
      const name = this.string();
      if (members.has(name)) throw new JsonRefused(`has the member ${shown(name)} twice`);
      if (!this.takes(':')) throw this.unexpected();
      members.set(name, this.value());
    } while (this.takes(','));
    if (!this.takes('}')) throw this.unexpected();
    return members;
  }

  private array(): JsonArray {
    const items: JsonValue[] = [];
    if (this.takes(']')) return items;
    do items.push(this.value());
    while (this.takes(','));
    if (!this.takes(']')) throw this.unexpected();
    return items;
  }

  private string(): string {
    const start = this.position;
    if (this.text[start] !== '"') throw this.unexpected();
    this.position += 1;
    const plain = this.skip(PLAIN_CHARACTERS);
    if (this.text[this.position] === '"') {
      this.position += 1;
      return plain;
    }
    this.position = this.endOfString();
    return this.unescaped(start);
  }

  /** Position after the next quote that no backslash escapes. */
  private endOfString(): number {
    let quote = this.position - 1;
    for (;;) {
      quote = this.text.indexOf('"', quote + 1);
      if (quote < 0) throw new JsonRefused('is not JSON: it ends inside a string');
      let backslashes = 0;
      while (this.text[quote - 1 - backslashes] === '\\') backslashes += 1;
      if (backslashes % 2 === 0) return quote + 1;
    }
  }

  /** The built-in parser is strict about one string and twenty times faster on megabytes of escapes. */
  private unescaped(start: number): string {
    let value: string;
    try {
      value = JSON.parse(this.text.slice(start, this.position)) as string;
    } catch {
      throw new JsonRefused(`is not JSON: the string at position ${start} is malformed`);
    }
    if (value.includes('\0')) throw new JsonRefused('has a NUL character in a string');
    if (LONE_SURROGATE.test(value)) throw new JsonRefused('has half of a surrogate pair in a string');
    return value;
  }

  private number(): number | JsonNumber {
    const text = this.skip(NUMBER);
    if (text === '') throw this.unexpected();
    const value = Number(text);
    return String(value) === text ? value : new JsonNumber(text);
  }

  private literal<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.position)) throw this.unexpected();
    this.position += word.length;
    return value;
  }

  private takes(character: string): boolean {
    this.skip(WHITESPACE);
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  /** Moves over what the sticky pattern matches here and gives it back. */
  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    if (!pattern.test(this.text)) return '';
    const from = this.position;
    this.position = pattern.lastIndex;
    return this.text.slice(from, this.position);
  }

  private unexpected(): JsonRefused {
    const character = this.text[this.position];
    const found = character === undefined ? 'it ends too early' : `unexpected ${shown(character)}`;
    return new JsonRefused(`is not JSON: ${found} at position ${this.position}`);
  }
}

const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads one JSON document; throws `JsonRefused`. */
export const readJson = (bytes: Uint8Array, bounds: JsonBounds): JsonValue => {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new JsonRefused('is not UTF-8');
  }
  return new Reader(text, bounds).document();
};

/** Writes a value without white space; reading it again gives an equal value, numbers digit by digit. */
export const writeJson = (value: JsonValue): string => {
  if (value instanceof JsonNumber) return value.text;
  if (isJsonArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isJsonObject(value)) {
    let members = '';
    for (const [name, member] of value) members += `${members && ','}${JSON.stringify(name)}:${writeJson(member)}`;
    return `{${members}}`;
  }
  return JSON.stringify(value);
};

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;

export const isJsonArray = (value: JsonValue | undefined): value is JsonArray => Array.isArray(value);
