import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from 'openai';

import { type ProviderDouble, startProviderDouble } from './start-provider-double.js';

const HELLO = [{ role: 'user' as const, content: 'Grüße 😀' }];

/** What the product is tested against must itself be what the official client expects. */
describe('provider double', () => {
  let double: ProviderDouble;
  let client: OpenAI;

  beforeAll(async () => {
    double = await startProviderDouble();
    client = new OpenAI({ baseURL: double.baseUrl, apiKey: double.apiKey, maxRetries: 0 });
  });
  afterAll(() => double.stop());
  beforeEach(() => double.reset());

  const send = (body: object): Promise<Response> =>
    fetch(`${double.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('answers the official client, streamed and not, with the same message and usage', async () => {
    const whole = await client.chat.completions.create({ model: 'gpt-4o', messages: HELLO, n: 2 });
    expect(whole.choices.map(({ message }) => message.content)).toEqual(['You said: Grüße 😀', 'You said: Grüße 😀']);

    const options = { include_usage: true };
    const stream = client.chat.completions.stream({ model: 'gpt-4o', messages: HELLO, n: 2, stream_options: options });
    const streamed = await stream.finalChatCompletion();
    expect(streamed.choices.map(({ message }) => message.content)).toEqual(
      whole.choices.map(({ message }) => message.content),
    );
    expect(streamed.usage).toEqual(whole.usage);
  });

  it('lists and shows models', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toContain('gpt-4o');
    await expect(client.models.retrieve('gpt-9')).rejects.toThrow(NotFoundError);
  });

  it.each([
    ['no messages', { model: 'gpt-4o' }, 'missing_required_parameter'],
    ['no message', { model: 'gpt-4o', messages: [] }, 'empty_array'],
    ['an unknown role', { model: 'gpt-4o', messages: [{ role: 'robot', content: 'x' }] }, 'invalid_value'],
    ['messages of a wrong type', { model: 'gpt-4o', messages: 'x' }, 'invalid_type'],
    ['a wrong type', { model: 'gpt-4o', messages: HELLO, temperature: 'hot' }, 'invalid_type'],
    ['a temperature out of range', { model: 'gpt-4o', messages: HELLO, temperature: 3 }, 'integer_above_max_value'],
    [
      'both limits',
      { model: 'gpt-4o', messages: HELLO, max_tokens: 1, max_completion_tokens: 1 },
      'invalid_parameter_combination',
    ],
    [
      'the old limit for a reasoning model',
      { model: 'gpt-5-mini', messages: HELLO, max_tokens: 1 },
      'unsupported_parameter',
    ],
    ['too high a limit', { model: 'gpt-4o', messages: HELLO, max_tokens: 99_999 }, 'invalid_value'],
    ['an unknown member', { model: 'gpt-4o', messages: HELLO, frobnicate: 1 }, null],
    [
      'a tool result without a call',
      { model: 'gpt-4o', messages: [{ role: 'tool', tool_call_id: 'c', content: 'x' }] },
      null,
    ],
    ['options of a stream that is none', { model: 'gpt-4o', messages: HELLO, stream_options: {} }, null],
  ])('refuses %s', async (_what, body, code) => {
    const answer = await send(body);
    const { error } = (await answer.json()) as { error: { code: string | null; message: string } };
    expect({ status: answer.status, code: error.code }).toEqual({ status: 400, code });
  });

  it('refuses a wrong key, an unknown model and unreadable JSON with the classes of the official client', async () => {
    const stranger = new OpenAI({ baseURL: double.baseUrl, apiKey: 'sk-wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toThrow(AuthenticationError);
    await expect(client.chat.completions.create({ model: 'gpt-9', messages: HELLO })).rejects.toThrow(NotFoundError);
    await expect(client.post('/chat/completions', { body: Buffer.from('{') })).rejects.toThrow(BadRequestError);
  });

  it('misbehaves on command and for as many calls as ordered', async () => {
    const create = () => client.chat.completions.create({ model: 'gpt-4o', messages: HELLO });
    await double.behave({ status: 429, headers: { 'retry-after': '7' } });
    await double.behave({ status: 500 }, { times: 2 });
    await expect(create()).rejects.toThrow(RateLimitError);
    await expect(create()).rejects.toThrow(APIError);
    await expect(create()).rejects.toThrow(APIError);
    await expect(create()).resolves.toBeDefined();
    expect((await double.calls()).map(({ status }) => status)).toEqual([429, 500, 500, 200]);
  });
});
