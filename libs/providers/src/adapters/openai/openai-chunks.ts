import type { Generated, StreamPart } from '../provider-adapter.js';
import { InvalidAnswer, ProviderFailed } from '../provider-failure.js';
import type { StreamEvent } from '../event-stream.js';
import { readErrorMember } from './openai-failures.js';
import { isObject, readUsage } from './openai-usage.js';

const END_OF_STREAM = '[DONE]';
/** How OpenAI writes the member on every chunk before the last one. */
const NO_USAGE_YET = ',"usage":null';

/** Bytes of every text a value holds, at any depth. */
const textBytes = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + textBytes(member), 0);
};

const isFilled = (value: unknown): boolean => {
  if (value === null || value === undefined || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
};

/** What a message or a delta says beside its role: text, refusal, reasoning, tool calls, audio. */
export const generatedIn = (message: unknown): Generated => {
  if (!isObject(message)) return { bytes: 0, pieces: 0 };
  let bytes = 0;
  let filled = false;
  for (const [name, member] of Object.entries(message)) {
    if (name === 'role' || !isFilled(member)) continue;
    filled = true;
    bytes += textBytes(member);
  }
  return { bytes, pieces: filled ? 1 : 0 };
};

export const sumOf = (parts: readonly Generated[]): Generated => ({
  bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  pieces: parts.reduce((sum, part) => sum + part.pieces, 0),
});

const parse = (data: string): Readonly<Record<string, unknown>> => {
  let chunk: unknown;
  try {
    chunk = JSON.parse(data);
  } catch {
    throw new InvalidAnswer('an event of the stream is not JSON');
  }
  if (!isObject(chunk)) throw new InvalidAnswer('an event of the stream is not an object');
  return chunk;
};

/** The chunk as a caller gets it who did not ask for usage. The usual form is cut out, so all else keeps its bytes. */
const withoutUsage = (chunk: Readonly<Record<string, unknown>>, payload: string): string | null => {
  if (!('usage' in chunk)) return payload;
  const choices = chunk['choices'];
  if (isFilled(chunk['usage']) && Array.isArray(choices) && choices.length === 0) return null;
  const at = payload.indexOf(NO_USAGE_YET);
  if (chunk['usage'] === null && at !== -1 && at === payload.lastIndexOf(NO_USAGE_YET)) {
    return payload.slice(0, at) + payload.slice(at + NO_USAGE_YET.length);
  }
  const { usage: _usage, ...rest } = chunk;
  return JSON.stringify(rest);
};

export const readStreamEvent = ({ name, data }: Extract<StreamEvent, { kind: 'event' }>): StreamPart => {
  if (data.trim() === END_OF_STREAM) return { kind: 'end' };
  const chunk = parse(data);
  if (isFilled(chunk['error']) || name === 'error') {
    throw new ProviderFailed(readErrorMember(chunk['error'] ?? chunk));
  }
  const choices = Array.isArray(chunk['choices']) ? chunk['choices'].filter(isObject) : [];
  const generated = sumOf(choices.map((choice) => generatedIn(choice['delta'])));
  const finishedChoices = choices.filter((choice) => isFilled(choice['finish_reason'])).length;
  const usage = readUsage(chunk['usage']);
  return {
    kind: 'chunk',
    payload: data,
    withoutUsage: withoutUsage(chunk, data),
    content: generated.pieces > 0 || finishedChoices > 0 || usage !== null,
    finishedChoices,
    generated,
    usage,
    tier: typeof chunk['service_tier'] === 'string' ? chunk['service_tier'] : null,
  };
};
