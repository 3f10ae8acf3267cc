import type { Secret } from '@app/platform';

import { isJsonObject, type JsonObject, type JsonValue, writeJson } from '../exact-json.js';
import type { ChatAnswer, ChatCall, ProviderAdapter, ProviderRequest } from '../provider-adapter.js';
import { InvalidAnswer, ProviderFailed } from '../provider-failure.js';
import { generatedIn, readStreamEvent, sumOf } from './openai-chunks.js';
import { readErrorMember, readRefusal } from './openai-failures.js';
import { isObject, readUsage, readUsageAtEnd } from './openai-usage.js';

const headersOf = (credential: Secret | null): Record<string, string> => ({
  accept: 'application/json',
  // A compressed answer could not be read on its way through.
  'accept-encoding': 'identity',
  'content-type': 'application/json',
  ...(credential ? { authorization: `Bearer ${credential.reveal()}` } : {}),
});

/** Usage is always asked for: without it a stream could only be settled on an estimate. */
const withUsageAsked = (options: JsonValue | undefined): JsonObject =>
  new Map(isJsonObject(options) ? options : []).set('include_usage', true);

const chatRequest = (call: ChatCall, credential: Secret | null): ProviderRequest => {
  const body = new Map(call.body).set('model', call.model);
  if (call.streamed) body.set('stream_options', withUsageAsked(body.get('stream_options')));
  if (call.outputLimit !== null) body.set('max_completion_tokens', call.outputLimit);
  const headers = headersOf(credential);
  if (call.streamed) headers['accept'] = 'text/event-stream';
  return { method: 'POST', path: '/chat/completions', headers, body: writeJson(body) };
};

const parse = (body: string): Readonly<Record<string, unknown>> => {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw new InvalidAnswer('the answer is not JSON');
  }
  if (!isObject(answer)) throw new InvalidAnswer('the answer is not an object');
  return answer;
};

const readChatAnswer = (body: string): ChatAnswer => {
  const answer = parse(body);
  const { choices, error, usage, service_tier: tier } = answer;
  if (error !== undefined && error !== null) throw new ProviderFailed(readErrorMember(error));
  if (!Array.isArray(choices)) throw new InvalidAnswer('the answer has no choices');
  return {
    usage: readUsage(usage),
    tier: typeof tier === 'string' ? tier : null,
    generated: sumOf(choices.filter(isObject).map((choice) => generatedIn(choice['message']))),
  };
};

const countModels = (body: string): number | null => {
  try {
    const { data } = parse(body);
    return Array.isArray(data) ? data.length : null;
  } catch (error) {
    if (error instanceof InvalidAnswer) return null;
    throw error;
  }
};

/** OpenAI's chat completions, which compatible providers speak as well: another one of them is data, not code. */
export const openaiAdapter: ProviderAdapter = {
  chatRequest,
  readChatAnswer,
  readUsageAtEnd,
  readStreamEvent,
  readRefusal,
  modelsRequest: (credential) => ({ method: 'GET', path: '/models', headers: headersOf(credential), body: null }),
  countModels,
};
