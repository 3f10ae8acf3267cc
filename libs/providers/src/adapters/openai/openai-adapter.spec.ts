import { Secret } from '@app/platform';

import { isJsonObject, readJson } from '../exact-json.js';
import { InvalidAnswer, ProviderFailed } from '../provider-failure.js';
import { openaiAdapter } from './openai-adapter.js';

const bodyOf = (text: string) => {
  const body = readJson(Buffer.from(text), { depth: 20, values: 1_000 });
  if (!isJsonObject(body)) throw new TypeError('not an object');
  return body;
};
const request = (text: string, call: { streamed?: boolean; outputLimit?: number | null } = {}) =>
  openaiAdapter.chatRequest(
    { body: bodyOf(text), model: 'gpt-4o', streamed: false, outputLimit: null, ...call },
    new Secret('sk-1'),
  );
const event = (data: string, name = '') => openaiAdapter.readStreamEvent({ kind: 'event', name, data });
const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 10 },
  completion_tokens_details: { reasoning_tokens: 5 },
};
const NORMALIZED = { input: 60, cacheRead: 30, cacheWrite: 10, output: 20, reasoning: 5 };

describe('OpenAI request', () => {
  it('sends what was judged, with the provider’s own name of the model', () => {
    const { path, headers, body } = request(
      '{"model":"openai/gpt-4o","messages":[{"b":1.0,"a":12345678901234567890}],"x":null}',
    );
    expect(path).toBe('/chat/completions');
    expect(headers['authorization']).toBe('Bearer sk-1');
    expect(body).toBe('{"model":"gpt-4o","messages":[{"b":1.0,"a":12345678901234567890}],"x":null}');
  });

  it('asks a stream for its usage and keeps the other options', () => {
    const options = (text: string) => request(text, { streamed: true }).body;
    expect(options('{"stream":true}')).toContain('"stream_options":{"include_usage":true}');
    expect(options('{"stream_options":{"include_obfuscation":false,"include_usage":false}}')).toContain(
      '"stream_options":{"include_obfuscation":false,"include_usage":true}',
    );
  });

  it('sends a limit only where one was decided', () => {
    expect(request('{}').body).toBe('{"model":"gpt-4o"}');
    expect(request('{}', { outputLimit: 7 }).body).toBe('{"model":"gpt-4o","max_completion_tokens":7}');
  });
});

describe('OpenAI answer', () => {
  it('divides usage into disjoint classes', () => {
    const answer = openaiAdapter.readChatAnswer(JSON.stringify({ choices: [], usage: USAGE, service_tier: 'flex' }));
    expect(answer).toMatchObject({ usage: NORMALIZED, tier: 'flex' });
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['a text', 'many'],
    ['negative', { prompt_tokens: -1, completion_tokens: 1 }],
    ['fractional', { prompt_tokens: 1.5, completion_tokens: 1 }],
    ['impossible', { prompt_tokens: 1e15, completion_tokens: 1 }],
  ])('takes no usage that is %s', (_what, usage) => {
    const message = { role: 'assistant', content: 'häh?' };
    const answer = openaiAdapter.readChatAnswer(JSON.stringify({ choices: [{ message }], usage }));
    expect(answer).toEqual({ usage: null, tier: null, generated: { bytes: 5, pieces: 1 } });
  });

  it('never lets details exceed what they are part of', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 99, cache_write_tokens: 99 },
      completion_tokens_details: { reasoning_tokens: 99 },
    };
    const answer = openaiAdapter.readChatAnswer(JSON.stringify({ choices: [], usage }));
    expect(answer.usage).toEqual({ input: 0, cacheRead: 10, cacheWrite: 0, output: 2, reasoning: 2 });
  });

  it.each(['', '{"id":', '[]', 'null', '<html>', '{"id":"x"}'])('refuses %j', (body) => {
    expect(() => openaiAdapter.readChatAnswer(body)).toThrow(InvalidAnswer);
  });

  it('takes an error in a success for what it is', () => {
    expect(() => openaiAdapter.readChatAnswer('{"choices":[],"error":{"message":"no"}}')).toThrow(ProviderFailed);
  });

  it('finds usage at the end of an answer it has not read', () => {
    const tail = `xxx\\"usage\\":1"}}],"usage":${JSON.stringify(USAGE)},"service_tier":"default"}`;
    expect(openaiAdapter.readUsageAtEnd(tail)).toEqual(NORMALIZED);
    expect(openaiAdapter.readUsageAtEnd('"usage":{"prompt_tokens":1')).toBeNull();
    expect(openaiAdapter.readUsageAtEnd('nothing')).toBeNull();
  });
});

describe('OpenAI stream', () => {
  const chunk = (members: object) => JSON.stringify({ id: 'c', choices: [], ...members });
  const delta = (value: object, finish: string | null = null) => [{ index: 0, delta: value, finish_reason: finish }];

  it('tells content from what only announces it', () => {
    const content = (choices: object[]) => event(chunk({ choices }));
    expect(content(delta({ role: 'assistant', content: '' }))).toMatchObject({ content: false, finishedChoices: 0 });
    expect(content(delta({ role: 'assistant', content: null, tool_calls: [] }))).toMatchObject({ content: false });
    expect(content(delta({ content: 'ü' }))).toMatchObject({ content: true, generated: { bytes: 2, pieces: 1 } });
    expect(content(delta({ reasoning_content: 'so' }))).toMatchObject({ content: true });
    expect(content(delta({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }))).toMatchObject({
      content: true,
    });
    expect(content(delta({}, 'stop'))).toMatchObject({ content: true, finishedChoices: 1 });
  });

  it('cuts an unasked `usage: null` out and leaves every other byte', () => {
    const written =
      '{"id":"c","created":1e3,"choices":[{"delta":{"content":",\\"usage\\":null"}}],"usage":null,"x":1.0}';
    expect(event(written)).toMatchObject({
      payload: written,
      withoutUsage: '{"id":"c","created":1e3,"choices":[{"delta":{"content":",\\"usage\\":null"}}],"x":1.0}',
    });
    expect(event('{"usage":null,"choices":[]}')).toMatchObject({ withoutUsage: '{"choices":[]}' });
  });

  it('keeps a chunk of usage alone from who did not ask, and usage out of a chunk with content', () => {
    expect(event(chunk({ usage: USAGE }))).toMatchObject({ withoutUsage: null, usage: NORMALIZED });
    const choices = delta({ content: 'x' });
    const both = event(chunk({ choices, usage: USAGE }));
    expect(both).toMatchObject({ usage: NORMALIZED, withoutUsage: JSON.stringify({ id: 'c', choices }) });
  });

  it('knows the end, errors and what is no chunk', () => {
    expect(event('[DONE]')).toEqual({ kind: 'end' });
    expect(() => event('{"error":{"message":"overloaded"}}')).toThrow('overloaded');
    expect(() => event('{"message":"overloaded"}', 'error')).toThrow(ProviderFailed);
    for (const data of ['{"choices":', '[]', '"text"', '']) expect(() => event(data)).toThrow(InvalidAnswer);
  });
});

describe('OpenAI refusal', () => {
  const refusal = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    openaiAdapter.readRefusal({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const error = { message: 'Too long', param: 'messages', type: 'invalid_request_error', code: 'x' };

  it.each([400, 404, 413, 422])('passes %d on with its message and parameter', (status) => {
    expect(refusal(status, { error })).toEqual({
      code: 'PROVIDER_REJECTED',
      message: 'Too long',
      providerStatus: status,
      param: 'messages',
      retryAfter: null,
    });
  });

  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 2],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-1' }, null],
    [{ 'retry-after': '1e9' }, null],
    [{}, null],
  ])('reads the wait of a rate limit from %j', (headers, retryAfter) => {
    expect(refusal(429, { error }, headers as Record<string, string>)).toMatchObject({
      code: 'PROVIDER_RATE_LIMITED',
      retryAfter,
    });
  });

  it('reads a wait that is a date', () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    expect(refusal(429, '', { 'retry-after': date }).retryAfter).toBeGreaterThan(80);
  });

  it('says nothing of what a provider tells about its credential', () => {
    for (const status of [401, 403]) {
      const failure = refusal(status, { error: { message: 'Incorrect API key provided: sk-abc' } });
      expect(failure).toMatchObject({ code: 'PROVIDER_ERROR', providerStatus: status });
      expect(failure.message).not.toContain('sk-abc');
    }
  });

  it.each([204, 301, 402, 418, 500, 503, 529])('makes %d an error of the provider', (status) => {
    expect(refusal(status, 'Bad Gateway')).toMatchObject({
      code: 'PROVIDER_ERROR',
      providerStatus: status,
      param: null,
    });
  });

  it('finds the message in the forms that compatible servers use, cut short and without control characters', () => {
    expect(refusal(400, { error: 'plain' }).message).toBe('plain');
    expect(refusal(400, { object: 'error', message: 'flat' }).message).toBe('flat');
    expect(refusal(400, { detail: 'fast' }).message).toBe('fast');
    expect(refusal(400, { error: { message: `a\u0000\nb${'x'.repeat(5_000)}` } }).message).toMatch(
      /^a b x{900,}$|^a bx+$/,
    );
    expect(refusal(400, { error: { message: 'x'.repeat(5_000) } }).message).toHaveLength(1_000);
  });
});
