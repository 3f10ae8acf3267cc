import { type FieldProblem, validationFailed } from '@app/kernel';
import {
  isJsonArray,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  JsonRefused,
  type JsonValue,
  readJson,
} from '@app/providers';

/** A chat completion as its caller sent it: what the gateway reads of it, and the whole of it for the provider. */
export interface ChatRequest {
  readonly body: JsonObject;
  /** Bytes of the body as received; what is sent on is never longer. */
  readonly bytes: number;
  /** `null`: the project's default. */
  readonly model: string | null;
  readonly streamed: boolean;
  /** The caller wants the stream's chunk with usage. */
  readonly usageAsked: boolean;
  readonly choices: number;
  /** Most tokens of one choice, reasoning included; `null` when the caller sets none. */
  readonly outputLimit: number | null;
  /** Processing tier the caller asks for. */
  readonly tier: string | null;
}

const BOUNDS = { depth: 100, values: 100_000 };
const LONGEST_MODEL_NAME = 256;
const MOST_CHOICES = 128;
const MOST_OUTPUT_TOKENS = 100_000_000;

type Problems = FieldProblem[];

const parse = (bytes: Uint8Array): JsonValue => {
  try {
    return readJson(bytes, BOUNDS);
  } catch (error) {
    if (error instanceof JsonRefused) throw validationFailed({ field: 'body', problem: error.problem });
    throw error;
  }
};

/** A member that is missing is like one that is `null`. */
const memberOf = (body: JsonObject, name: string): Exclude<JsonValue, null> | undefined => body.get(name) ?? undefined;

const textIn = (body: JsonObject, name: string, problems: Problems): string | null => {
  const value = memberOf(body, name);
  if (value === undefined) return null;
  if (typeof value === 'string' && value.length <= LONGEST_MODEL_NAME) return value;
  problems.push({ field: name, problem: `must be a string of at most ${LONGEST_MODEL_NAME} characters` });
  return null;
};

const flagIn = (body: JsonObject, name: string, field: string, problems: Problems): boolean => {
  const value = memberOf(body, name);
  if (value !== undefined && typeof value !== 'boolean') problems.push({ field, problem: 'must be true or false' });
  return value === true;
};

const countIn = (body: JsonObject, name: string, most: number, problems: Problems): number | null => {
  const value = memberOf(body, name);
  if (value === undefined) return null;
  const number = value instanceof JsonNumber ? Number(value.text) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= most) return number;
  problems.push({ field: name, problem: `must be an integer from 1 to ${most}` });
  return null;
};

const checkMessages = (body: JsonObject, problems: Problems): void => {
  const messages = memberOf(body, 'messages');
  if (messages === undefined) problems.push({ field: 'messages', problem: 'is required' });
  else if (!isJsonArray(messages) || messages.length === 0 || !messages.every(isJsonObject)) {
    problems.push({ field: 'messages', problem: 'must be a list of at least one message' });
  }
};

const usageAskedIn = (body: JsonObject, problems: Problems): boolean => {
  const options = memberOf(body, 'stream_options');
  if (options === undefined) return false;
  if (isJsonObject(options)) return flagIn(options, 'include_usage', 'stream_options.include_usage', problems);
  problems.push({ field: 'stream_options', problem: 'must be an object' });
  return false;
};

/**
 * Reads the body of a chat completion. Only members that decide about model, price, form of the answer and limits are
 * judged; every other one is the provider's to understand or to refuse.
 */
export const readChatRequest = (bytes: unknown): ChatRequest => {
  const body = Buffer.isBuffer(bytes) && bytes.length > 0 ? parse(bytes) : undefined;
  if (!isJsonObject(body)) throw validationFailed({ field: 'body', problem: 'must be a JSON object' });
  const problems: Problems = [];
  checkMessages(body, problems);
  const limits = ['max_completion_tokens', 'max_tokens'].map((name) =>
    countIn(body, name, MOST_OUTPUT_TOKENS, problems),
  );
  const request = {
    body,
    bytes: (bytes as Buffer).length,
    model: textIn(body, 'model', problems),
    streamed: flagIn(body, 'stream', 'stream', problems),
    usageAsked: usageAskedIn(body, problems),
    choices: countIn(body, 'n', MOST_CHOICES, problems) ?? 1,
    outputLimit: limits.reduce((most, limit) => (limit === null ? most : Math.max(limit, most ?? 0)), null),
    tier: textIn(body, 'service_tier', problems),
  };
  if (problems.length > 0) throw validationFailed(...problems);
  return request;
};
