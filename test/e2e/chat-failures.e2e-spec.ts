import { setTimeout as sleep } from 'node:timers/promises';

import { Deadlines } from '@app/gateway';
import OpenAI, { APIError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from 'openai';

import { type CallingProject, type Gateway, type ShownCall, startGateway } from '../support/gateway.js';
import type { Behaviour } from '../support/provider-double/start-provider-double.js';

const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'user', content: 'Grüße 😀 aus Zürich, bitte antworte' },
];
const SHORT = { streamedHeadersMs: 700, wholeHeadersMs: 700, idleMs: 600, totalMs: 2_500, stalledMs: 60_000 };

/** What the official client throws for an answer of the gateway. */
type ErrorClass = abstract new (...values: never[]) => APIError;

describe('a failing provider', () => {
  let gateway: Gateway;
  let project: CallingProject;
  let client: OpenAI;

  beforeAll(async () => {
    gateway = await startGateway({ overrides: (builder) => builder.overrideProvider(Deadlines).useValue(SHORT) });
    project = await gateway.project();
    client = gateway.client(project.key);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.double.reset());

  const whole = async (): Promise<OpenAI.ChatCompletion> =>
    client.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
  const streamed = async (): Promise<OpenAI.ChatCompletion> =>
    client.chat.completions.stream({ model: 'gpt-4o', messages: MESSAGES }).finalChatCompletion();
  const raw = (body: object = {}, init: RequestInit = {}) =>
    fetch(`${gateway.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${project.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', messages: MESSAGES, ...body }),
      ...init,
    });
  const caught = async (call: () => Promise<unknown>): Promise<APIError> => {
    try {
      await call();
    } catch (error) {
      if (error instanceof APIError) return error;
      throw error;
    }
    throw new Error('the call succeeded');
  };

  describe.each([
    ['not streamed', () => whole()],
    ['streamed', () => streamed()],
  ])('before its answer, %s', (_how, call) => {
    it.each<[string, Behaviour, ErrorClass, number, string]>([
      ['refuses with 400', { status: 400 }, BadRequestError, 400, 'PROVIDER_REJECTED'],
      ['knows no such model', { status: 404 }, NotFoundError, 404, 'PROVIDER_REJECTED'],
      ['finds the body too large', { status: 413 }, APIError, 413, 'PROVIDER_REJECTED'],
      ['limits its requests', { status: 429 }, RateLimitError, 429, 'PROVIDER_RATE_LIMITED'],
      ['refuses the credential', { status: 401 }, InternalServerError, 502, 'PROVIDER_ERROR'],
      ['forbids the credential', { status: 403 }, InternalServerError, 502, 'PROVIDER_ERROR'],
      ['fails', { status: 500 }, InternalServerError, 502, 'PROVIDER_ERROR'],
      [
        'redirects',
        { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
        InternalServerError,
        502,
        'PROVIDER_ERROR',
      ],
      [
        'fails with a page of 200 kB',
        { status: 502, body: '<'.repeat(200_000) },
        InternalServerError,
        502,
        'PROVIDER_ERROR',
      ],
      ['does not answer in time', { delayHeaders: 3_000 }, InternalServerError, 504, 'PROVIDER_TIMEOUT'],
      ['sends headers without end', { babble: 'headers' }, InternalServerError, 502, 'PROVIDER_ERROR'],
      ['packs its answer', { gzip: true, contentType: 'text/html' }, InternalServerError, 502, 'PROVIDER_ERROR'],
    ])('%s', async (_what, behaviour, errorClass, status, code) => {
      await gateway.double.behave(behaviour);
      const error = await caught(call);
      expect(error).toBeInstanceOf(errorClass);
      expect({ status: error.status, code: error.code }).toEqual({ status, code });
      expect(error.requestID).toMatch(/^req_/);
      expect(await gateway.record(project, error.requestID)).toMatchObject({
        status: 'failed',
        httpStatus: status,
        errorCode: code,
        outputTokens: 0,
      });
    });
  });

  it.each<[string, Behaviour]>([
    ['is no JSON', { invalidJson: true }],
    ['is empty', { emptyBody: true }],
    ['is an error', { errorMember: true }],
    ['breaks off in the middle', { cutAfter: 0 }],
    ['stops in the middle', { stallAfter: 0 }],
    ['never ends', { babble: 'body' }],
  ])('has a true status when an answer in one piece %s', async (_what, behaviour) => {
    await gateway.double.behave(behaviour);
    const answer = await raw().catch((error: Error) => error);
    const record = await gateway.latestRecord(project);
    expect(record.status).toBe('failed');
    // Beyond 10 MB the answer has begun: then the connection breaks, and nothing looks like an end.
    if (answer instanceof Error || record.httpStatus === 200) return;
    expect([502, 504]).toContain(answer.status);
    expect(answer.status).toBe(record.httpStatus);
  });

  it.each<[string, Behaviour]>([
    ['is empty', { emptyStream: true }],
    ['is no event stream', { contentType: 'application/json' }],
    ['fails before its first content', { errorAfter: 1 }],
    ['breaks off before its first content', { cutAfter: 0 }],
    ['is no JSON', { invalidAfter: 0 }],
    ['is one line without end', { babble: 'line' }],
  ])('has a true status when a stream %s', async (_what, behaviour) => {
    await gateway.double.behave(behaviour);
    const answer = await raw({ stream: true });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: 'PROVIDER_ERROR', type: 'provider_error' } });
    expect(await gateway.latestRecord(project)).toMatchObject({
      status: 'failed',
      httpStatus: 502,
      errorCode: 'PROVIDER_ERROR',
    });
  });

  it.each<[string, Behaviour, string]>([
    ['sends an error', { errorAfter: 4 }, 'PROVIDER_ERROR'],
    ['sends no JSON', { invalidAfter: 4 }, 'PROVIDER_ERROR'],
    ['breaks off between two chunks', { cutAfter: 4, cutIn: 'between' }, 'PROVIDER_ERROR'],
    ['breaks off inside a chunk', { cutAfter: 4, cutIn: 'chunk' }, 'PROVIDER_ERROR'],
    ['breaks off inside a character', { cutAfter: 4, cutIn: 'character' }, 'PROVIDER_ERROR'],
    ['says nothing more', { stallAfter: 4 }, 'PROVIDER_TIMEOUT'],
  ])('ends a stream with an error event when the provider %s', async (_what, behaviour, code) => {
    await gateway.double.behave(behaviour, { times: 2 });
    const answer = await raw({ stream: true });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    const events = text.trimEnd().split('\n\n');
    const last = JSON.parse(events.at(-1)?.slice('data: '.length) ?? '') as { error: object };
    expect(Object.keys(last.error)).toEqual(['message', 'type', 'code', 'param']);
    expect(last).toMatchObject({ error: { code }, requestId: answer.headers.get('x-request-id') });
    expect(events.length).toBeGreaterThan(2);
    expect(text).not.toContain('[DONE]');
    const record = await gateway.record(project, answer.headers.get('x-request-id'));
    expect(record).toMatchObject({ status: 'failed', httpStatus: 200, errorCode: code, usageSource: 'estimated' });
    expect(record.outputTokens).toBeGreaterThan(0);
    expect(record.inputTokens).toBeGreaterThan(0);

    expect(await caught(streamed)).toBeInstanceOf(APIError);
  });

  it('ends a stream that never ends, and leaves the provider', async () => {
    await gateway.double.behave({ babble: 'events' });
    const answer = await raw({ stream: true });
    let bytes = 0;
    let tail = '';
    for await (const piece of answer.body ?? []) {
      bytes += piece.length;
      tail = (tail + Buffer.from(piece).toString()).slice(-400);
    }
    expect(bytes).toBeGreaterThan(1_000);
    expect(tail).toContain('"code":"PROVIDER_TIMEOUT"');
    expect(await gateway.record(project, answer.headers.get('x-request-id'))).toMatchObject({
      errorCode: 'PROVIDER_TIMEOUT',
    });
    expect((await gateway.double.calls()).at(-1)).toMatchObject({ aborted: true });
  });

  it('gives back the wait a provider asks for, and never its credential', async () => {
    const { apiKey } = gateway.double;
    await gateway.double.behave({ status: 429, headers: { 'retry-after': '7' } });
    const limited = await caught(whole);
    expect(limited.headers?.get('retry-after')).toBe('7');
    await gateway.double.behave({
      status: 400,
      body: JSON.stringify({ error: { message: `bad key ${apiKey}`, param: apiKey } }),
    });
    const refused = await raw();
    const text = await refused.text();
    expect(text).toContain('[secret]');
    expect(text).not.toContain(apiKey);
  });

  it('passes on what the real protocol refuses, with its parameter', async () => {
    const error = await caught(() =>
      client.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES, temperature: 3 }),
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'PROVIDER_REJECTED', param: 'temperature' });
    expect(error.message).toContain("Invalid 'temperature'");
    expect(
      await caught(() => client.chat.completions.create({ model: 'openai/gpt-99', messages: MESSAGES })),
    ).toBeInstanceOf(NotFoundError);
  });

  it('answers 502 for a provider that is not there, and 502 for an address that may not be called', async () => {
    for (const [provider, baseUrl] of [
      ['dead', 'http://127.0.0.1:9/v1'],
      ['nowhere', 'https://does-not-exist.invalid/v1'],
    ] as const) {
      const body = { apiKey: 'sk-x', baseUrl };
      const connected = await gateway.owner.put(`/v1/projects/${project.id}/providers/${provider}`, body);
      if (connected.status !== 200) continue;
      const answer = await raw({ model: `${provider}/any` });
      expect(answer.status).toBe(502);
      const record = await gateway.record(project, answer.headers.get('x-request-id'));
      expect(record).toMatchObject({ status: 'failed', errorCode: 'PROVIDER_ERROR', inputTokens: 0, outputTokens: 0 });
    }
  });

  it('reads 10 MB to price them, and passes larger answers on as they come', async () => {
    await gateway.double.behave({ bytes: 9_900_000 });
    const read = await raw();
    expect((await read.text()).length).toBeGreaterThan(9_900_000);
    expect(read.headers.get('x-cencori-cost-usd')).not.toBeNull();
    await gateway.double.behave({ bytes: 12_000_000 });
    const passed = await raw();
    expect((await passed.text()).length).toBeGreaterThan(12_000_000);
    expect(passed.headers.get('x-cencori-cost-usd')).toBeNull();
    expect(await gateway.record(project, passed.headers.get('x-request-id'))).toMatchObject({
      status: 'completed',
      usageSource: 'provider',
    });
  });

  describe('a caller who goes away', () => {
    const abort = async (behaviour: Behaviour, stream: boolean, afterMs: number): Promise<ShownCall> => {
      await gateway.double.behave(behaviour);
      const controller = new AbortController();
      const reading = raw({ stream }, { signal: controller.signal }).then((answer) => answer.text());
      await sleep(afterMs);
      controller.abort();
      await expect(reading).rejects.toThrow();
      const record = await gateway.latestRecord(project);
      for (let i = 0; i < 100 && (await gateway.double.calls()).at(-1)?.aborted !== true; i += 1) await sleep(20);
      expect((await gateway.double.calls()).at(-1)).toMatchObject({ aborted: true });
      return record;
    };

    it('ends the provider’s stream and pays for the tokens seen', async () => {
      const record = await abort({ delayEach: 100 }, true, 450);
      expect(record).toMatchObject({ status: 'canceled', httpStatus: 200, usageSource: 'estimated' });
      expect(record.outputTokens).toBeGreaterThan(0);
    });

    it('ends a call that has no answer yet', async () => {
      const record = await abort({ delayHeaders: 600 }, false, 150);
      expect(record).toMatchObject({ status: 'canceled', httpStatus: null, outputTokens: 0 });
      expect(record.inputTokens).toBeGreaterThan(0);
    });

    it('holds the provider up when it does not read', async () => {
      await gateway.double.behave({ babble: 'events' });
      const answer = await raw({ stream: true });
      const sent = async (): Promise<number> => (await gateway.double.calls()).at(-1)?.sent ?? 0;
      let before = -1;
      let after = await sent();
      // What fits between the provider and the caller is sent; then nothing more.
      for (let i = 0; i < 9 && after !== before; i += 1) {
        await sleep(200);
        [before, after] = [after, await sent()];
      }
      expect(after).toBe(before);
      expect(after).toBeLessThan(50_000_000);
      await answer.body?.cancel();
    });
  });

  it('ends open answers with an error and books them when the server stops', async () => {
    await gateway.double.behave({ delayEach: 150 });
    await gateway.double.behave({ delayHeaders: 550 });
    const stream = await raw({ stream: true });
    const waiting = raw();
    await sleep(100);
    await gateway.app.parts.streams.endAll();
    const text = await stream.text();
    expect(text).toContain('"code":"SERVICE_UNAVAILABLE"');
    expect(text).not.toContain('[DONE]');
    expect((await waiting).status).toBe(503);
    const record = await gateway.record(project, stream.headers.get('x-request-id'));
    expect(record).toMatchObject({ status: 'failed', httpStatus: 200, errorCode: 'SERVICE_UNAVAILABLE' });
  });
});

describe('a caller who stops reading', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    const deadlines = { ...SHORT, totalMs: 120_000, stalledMs: 500 };
    gateway = await startGateway({ overrides: (builder) => builder.overrideProvider(Deadlines).useValue(deadlines) });
  });
  afterAll(() => gateway.close());

  it('is cut off, so that the call does not stay open and hold money', async () => {
    const project = await gateway.project();
    await gateway.double.behave({ babble: 'events' });
    const answer = await fetch(`${gateway.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${project.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', messages: MESSAGES, stream: true }),
    });
    expect(await gateway.record(project, answer.headers.get('x-request-id'))).toMatchObject({ status: 'canceled' });
    await answer.body?.cancel().catch(() => undefined);
  });
});
