import { setTimeout as sleep } from 'node:timers/promises';

import type OpenAI from 'openai';

import { type CallingProject, type Gateway, startGateway } from '../support/gateway.js';
import type { SeenCall } from '../support/provider-double/start-provider-double.js';

const QUESTION = 'Grüße 😀 aus Zürich';
const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: QUESTION }];
const TOOLS: OpenAI.ChatCompletionTool[] = [
  {
    type: 'function',
    function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  },
];

describe('chat completions with the official client', () => {
  let gateway: Gateway;
  let project: CallingProject;
  let client: OpenAI;

  beforeAll(async () => {
    gateway = await startGateway();
    project = await gateway.project();
    client = gateway.client(project.key);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.double.reset());

  const lastCall = async (): Promise<SeenCall> => {
    const call = (await gateway.double.calls()).at(-1);
    if (call === undefined) throw new Error('the provider was not called');
    return call;
  };
  const bodySeen = async (): Promise<Record<string, unknown>> =>
    JSON.parse((await lastCall()).text ?? '') as Record<string, unknown>;
  const create = (body: object = {}) =>
    client.chat.completions
      .create({ model: 'gpt-4o', messages: MESSAGES, ...body } as OpenAI.ChatCompletionCreateParamsNonStreaming)
      .withResponse();
  const raw = (body: object, headers: Record<string, string> = {}, path = '/v1/chat/completions') =>
    fetch(`${gateway.origin}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${project.key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'gpt-4o', messages: MESSAGES, ...body }),
    });

  it.each([
    ['a text', {}],
    ['two choices', { n: 2 }],
    ['a tool call', { tools: TOOLS, tool_choice: 'required' }],
    ['cached and reasoning tokens', { user: 'cached' }],
    ['an answer cut by its limit', { max_completion_tokens: 2 }],
  ])('gives %s the same way streamed and not: message, usage, cost', async (_what, more) => {
    await gateway.double.behave({ cachedTokens: 4, reasoningTokens: 9 }, { user: 'cached', times: 2 });
    const { data: whole, response } = await create(more);
    const stream = client.chat.completions.stream({
      model: 'gpt-4o',
      messages: MESSAGES,
      stream_options: { include_usage: true },
      ...more,
    } as Parameters<typeof client.chat.completions.stream>[0]);
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    stream.on('chunk', (chunk) => chunks.push(chunk));
    const streamed = await stream.finalChatCompletion();

    const shown = ({ choices }: OpenAI.ChatCompletion) =>
      choices.map(({ message, finish_reason: reason }) => ({
        reason,
        content: message.content,
        calls: message.tool_calls?.map(
          (call) => call.type === 'function' && [call.function.name, call.function.arguments],
        ),
      }));
    expect(shown(streamed)).toEqual(shown(whole));
    expect(streamed.usage).toEqual(whole.usage);

    const record = await gateway.record(project, response.headers.get('x-request-id'));
    const streamedRecord = await gateway.latestRecord(project);
    const figures = ({ inputTokens, outputTokens, costUsd, status }: typeof record) => ({
      inputTokens,
      outputTokens,
      costUsd,
      status,
    });
    expect(figures(streamedRecord)).toEqual(figures(record));
    expect(record).toMatchObject({ status: 'completed', httpStatus: 200, provider: 'openai', model: 'gpt-4o' });
    expect(response.headers.get('x-cencori-cost-usd')).toBe(record.costUsd);
    expect(chunks.at(-1)).toMatchObject({ choices: [], cost_usd: record.costUsd });
  });

  it('shows no usage to a stream that did not ask, and settles with it all the same', async () => {
    const answer = await raw({ stream: true });
    const text = await answer.text();
    expect(text).not.toContain('usage');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(await bodySeen()).toMatchObject({ stream_options: { include_usage: true } });
    const record = await gateway.record(project, answer.headers.get('x-request-id'));
    expect(record).toMatchObject({ status: 'completed', usageSource: 'provider', outputTokens: 6 });
  });

  it('counts a stream without usage and marks it as estimated', async () => {
    await gateway.double.behave({ noUsage: true });
    const answer = await raw({ stream: true });
    await answer.text();
    const record = await gateway.record(project, answer.headers.get('x-request-id'));
    expect(record).toMatchObject({ status: 'completed', usageSource: 'estimated' });
    expect(record.outputTokens).toBeGreaterThan(0);
    expect(record.inputTokens).toBeGreaterThan(0);
    expect(Number(record.costUsd)).toBeGreaterThan(0);
  });

  it('never counts more for a provider without usage than the limit it was sent, nor books more than was held', async () => {
    await gateway.double.behave({ noUsage: true, text: 'A'.repeat(4_000) });
    const answer = await raw({ max_tokens: 500 });
    await answer.text();
    const record = await gateway.record(project, answer.headers.get('x-request-id'));
    expect(record).toMatchObject({ status: 'completed', usageSource: 'estimated', outputTokens: 500, overrun: false });
    expect(Number(record.costUsd)).toBeLessThanOrEqual(Number(record.maxCostUsd));
  });

  it.each([
    ['byte by byte', { oneByte: true }],
    ['with comments and CRLF', { comments: true, crlf: true }],
    ['without [DONE]', { noDone: true }],
  ])('reads a stream sent %s', async (_what, behaviour) => {
    await gateway.double.behave(behaviour);
    const stream = client.chat.completions.stream({ model: 'gpt-4o', messages: MESSAGES });
    expect((await stream.finalChatCompletion()).choices[0]?.message.content).toBe(`You said: ${QUESTION}`);
  });

  it('sends the provider exactly what was judged', async () => {
    const messages = '[{"role":"user","content":"x","name":"\\u00fc\\/"}]';
    const text = ` { "seed" : 12345678901234567890 , "logit_bias":{"10":1,"9":1.0} ,"messages": ${messages},"model":"openai/gpt-4o"} `;
    await fetch(`${gateway.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${project.key}`, 'content-type': 'application/json; charset=UTF-8' },
      body: text,
    });
    expect((await lastCall()).text).toBe(
      '{"seed":12345678901234567890,"logit_bias":{"10":1,"9":1.0},"messages":[{"role":"user","content":"x","name":"ü/"}],"model":"gpt-4o"}',
    );
  });

  it('tells the provider neither the key nor anything else of the caller', async () => {
    await raw({}, { 'x-secret': 'mine', cookie: 'a=b', 'x-sandbox': 'status=503', 'x-cencori-metadata': '{"a":"b"}' });
    const { headers } = await lastCall();
    expect(Object.keys(headers).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    expect(headers['authorization']).toBe(`Bearer ${gateway.double.apiKey}`);
  });

  it('passes on only what the caller may know of the provider', async () => {
    const { response } = await create();
    expect(response.headers.get('x-cencori-provider')).toBe('openai');
    expect(response.headers.get('x-cencori-model')).toBe('gpt-4o');
    expect(response.headers.get('openai-processing-ms')).toBe('7');
    expect(response.headers.get('openai-organization')).toBeNull();
    expect(response.headers.get('x-ratelimit-limit')).toBe('100000');
    expect(Number(response.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now());
  });

  it('serves both prefixes and both credential headers, and the key’s own header wins', async () => {
    for (const path of ['/v1/chat/completions', '/api/v1/chat/completions']) {
      const accepted: Record<string, string>[] = [
        { authorization: `Bearer ${project.key}` },
        { authorization: `bearer ${project.key}` },
        { authorization: '', cencori_api_key: project.key },
        { authorization: 'Basic Zm9v', CENCORI_API_KEY: ` ${project.key} ` },
      ];
      for (const headers of accepted) expect((await raw({}, headers, path)).status).toBe(200);
    }
  });

  it('records test calls as such', async () => {
    const { response } = await gateway
      .client(project.testKey)
      .chat.completions.create({ model: 'gpt-4o', messages: MESSAGES })
      .withResponse();
    const record = await gateway.record(project, response.headers.get('x-request-id'));
    expect(record).toMatchObject({ environment: 'test', status: 'completed' });
  });

  it('records the caller’s metadata in one form', async () => {
    const answer = await raw({}, { 'x-cencori-metadata': '{ "b": "2", "a": "\\u00fc" }' });
    const record = await gateway.record(project, answer.headers.get('x-request-id'));
    expect(record).toMatchObject({ metadata: { a: 'ü', b: '2' } });
  });

  it('knows times by a clock that never jumps', async () => {
    await gateway.double.behave({ delayHeaders: 120 });
    const { response } = await create();
    const { latencyMs, ttftMs } = await gateway.record(project, response.headers.get('x-request-id'));
    expect(ttftMs).toBeGreaterThanOrEqual(115);
    expect(latencyMs).toBeGreaterThanOrEqual(ttftMs ?? Infinity);
  });

  it('follows the project’s settings from the next call on', async () => {
    const other = await gateway.project();
    const caller = gateway.client(other.key);
    const model = async () => (await caller.chat.completions.create({ model: 'auto', messages: MESSAGES })).model;
    await expect(model()).rejects.toMatchObject({ status: 400, code: 'MODEL_NOT_FOUND' });
    const set = (body: object) => gateway.owner.patch(`/v1/projects/${other.id}/settings`, body).expect(200);
    await set({ defaultProvider: 'openai', defaultModel: 'gpt-4o' });
    expect(await model()).toBe('gpt-4o-2024-08-06');
    await set({ defaultModel: 'gpt-4.1' });
    expect(await model()).toBe('gpt-4.1-2024-08-06');
  });

  it('prices models their owner entered, and serves those nobody has priced', async () => {
    const other = await gateway.project();
    await gateway.connect(other, 'acme', {
      models: [{ id: 'gpt-4o', inputUsdPerMillion: '1000', outputUsdPerMillion: '2000' }],
    });
    const call = async (model: string) => {
      const { response } = await gateway
        .client(other.key)
        .chat.completions.create({ model, messages: MESSAGES })
        .withResponse();
      return gateway.record(other, response.headers.get('x-request-id'));
    };
    const own = await call('acme/gpt-4o');
    expect(own).toMatchObject({ provider: 'acme', model: 'gpt-4o' });
    expect(Number(own.costUsd)).toBeCloseTo(
      ((own.inputTokens ?? 0) * 1_000 + (own.outputTokens ?? 0) * 2_000) / 1e6,
      6,
    );
    expect(await call('acme/gpt-4.1')).toMatchObject({ provider: 'acme', costUsd: null });
  });

  it('answers with the sandbox without any credential of a provider, and fails on order', async () => {
    const sandbox = (headers: Record<string, string> = {}, body: object = {}) =>
      raw({ model: 'sandbox/echo', ...body }, headers);
    const answer = await sandbox();
    expect(((await answer.json()) as OpenAI.ChatCompletion).choices[0]?.message.content).toBe(QUESTION);
    const record = await gateway.record(project, answer.headers.get('x-request-id'));
    expect(record).toMatchObject({ provider: 'sandbox', model: 'echo', credentialSource: 'none', costUsd: '0.000012' });

    expect((await sandbox({ 'x-sandbox': 'status=503' })).status).toBe(502);
    expect((await sandbox({ 'x-sandbox': 'nonsense' })).status).toBe(400);
    const before = performance.now();
    await sandbox({ 'x-sandbox': 'delay=200' });
    expect(performance.now() - before).toBeGreaterThan(195);
    const cut = await (await sandbox({ 'x-sandbox': 'cut=3' }, { stream: true })).text();
    expect(cut).toContain('"error":{');
    expect(cut).not.toContain('[DONE]');
    expect((await gateway.double.calls()).length).toBe(0);
  });

  it('lists the models a key can call, without a record', async () => {
    const listed = await client.models.list();
    const names = listed.data.map(({ id }) => id);
    expect(names).toEqual(expect.arrayContaining(['openai/gpt-4o', 'sandbox/echo']));
    expect(await client.models.retrieve('openai/gpt-4o')).toMatchObject({ id: 'openai/gpt-4o', object: 'model' });
    expect(
      (await fetch(`${gateway.origin}/api/v1/models/openai/gpt-4o`, { headers: { cencori_api_key: project.key } }))
        .status,
    ).toBe(200);
    const only = await fetch(`${gateway.origin}/v1/models?provider=sandbox`, {
      headers: { cencori_api_key: project.key },
    });
    expect(((await only.json()) as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual([
      'sandbox/echo',
      'sandbox/lorem',
    ]);
    await expect(client.models.retrieve('openai/gpt-99')).rejects.toMatchObject({ status: 404 });
    for (const { id } of listed.data.filter((model) => model.id.startsWith('sandbox/'))) {
      expect((await raw({ model: id })).status).toBe(200);
    }
  });

  it('limits the list of models to 60 a minute for each key', async () => {
    const other = await gateway.project();
    const list = () => fetch(`${gateway.origin}/v1/models`, { headers: { cencori_api_key: other.key } });
    // A minute of the limit may end in between.
    if (new Date().getSeconds() > 50) await sleep(11_000);
    const answers = await Promise.all(Array.from({ length: 61 }, list));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('tells its health to anybody', async () => {
    for (const path of ['/v1/health', '/api/v1/health']) {
      const answer = await fetch(`${gateway.origin}${path}`);
      expect(await answer.json()).toMatchObject({
        status: 'ok',
        service: 'ai-gateway',
        version: expect.any(String) as string,
      });
    }
  });
});
