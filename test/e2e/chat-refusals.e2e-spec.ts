import { AuthenticationError, BadRequestError, PermissionDeniedError, RateLimitError } from 'openai';

import request from 'supertest';

import { startTestApp } from '../support/app.js';
import { type CallingProject, type Gateway, startGateway } from '../support/gateway.js';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const QUESTION = JSON.stringify({ model: 'gpt-4o', messages: MESSAGES });

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly headers: Headers;
}

describe('a call that is refused', () => {
  let gateway: Gateway;
  let project: CallingProject;

  beforeAll(async () => {
    gateway = await startGateway();
    project = await gateway.project();
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.double.reset());

  const send = (body: string | Buffer, headers: Record<string, string> = {}, key = project.key): Promise<Response> =>
    fetch(`${gateway.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body,
    });
  /** The refusal in OpenAI's shape; fails for anything else, and when the provider was asked. */
  const refused = async (sent: Promise<Response>): Promise<Refusal> => {
    const answer = await sent;
    const body = (await answer.json()) as { error: Record<string, string | null>; code: string; requestId: string };
    expect(Object.keys(body.error)).toEqual(['message', 'type', 'code', 'param']);
    expect(body.requestId).toBe(answer.headers.get('x-request-id'));
    expect(await gateway.double.calls()).toEqual([]);
    const { code, message, param } = body.error;
    return {
      status: answer.status,
      code: code ?? '',
      message: message ?? '',
      param: param ?? null,
      headers: answer.headers,
    };
  };

  it.each<[string, string | Buffer, string]>([
    ['no body', '', 'body'],
    ['malformed JSON', '{"model":', 'body'],
    ['two documents', `${QUESTION}${QUESTION}`, 'body'],
    ['a list', '[]', 'body'],
    ['a member twice', QUESTION.replace('{', '{"model":"gpt-4o",'), 'body'],
    ['a member twice in another spelling', QUESTION.replace('{', '{"\\u006dodel":"gpt-4o",'), 'body'],
    ['a member twice deep inside', QUESTION.replace('"Hello"', '[{"type":"text","text":"a","text":"b"}]'), 'body'],
    ['a NUL', QUESTION.replace('Hello', 'a\\u0000b'), 'body'],
    ['half of a surrogate pair', QUESTION.replace('Hello', '\\ud83d'), 'body'],
    ['invalid UTF-8', Buffer.from([...Buffer.from('{"model":"'), 0xff, ...Buffer.from('"}')]), 'body'],
    ['a byte order mark', `\uFEFF${QUESTION}`, 'body'],
    ['endless depth', '{"messages":'.repeat(5_000), 'body'],
    ['a hundred thousand values', `{"messages":[${'{},'.repeat(100_000)}{}]}`, 'body'],
    ['no messages', '{"model":"gpt-4o"}', 'messages'],
    ['messages of a wrong type', '{"model":"gpt-4o","messages":"Hello"}', 'messages'],
    ['a model of a wrong type', '{"model":4,"messages":[{}]}', 'model'],
    ['a stream of a wrong type', '{"model":"gpt-4o","messages":[{}],"stream":"yes"}', 'stream'],
    ['a limit of a wrong type', '{"model":"gpt-4o","messages":[{}],"max_tokens":"many"}', 'max_tokens'],
  ])('for %s is 400 VALIDATION_FAILED and names the place', async (_what, body, param) => {
    expect(await refused(send(body))).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', param });
  });

  it('for a body of more than 10 MB is 413, and for another media type 415', async () => {
    const large = send(`{"x":"${'x'.repeat(10_000_001)}"}`).catch((error: Error) => error);
    const answer = await large;
    // The server may answer and close before all of the body is sent.
    if (!(answer instanceof Error))
      expect(await refused(Promise.resolve(answer))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1']) {
      expect(await refused(send(QUESTION, { 'content-type': type }))).toMatchObject({
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
      });
    }
    expect(await refused(send(QUESTION, { 'content-encoding': 'gzip' }))).toMatchObject({ status: 415 });
  });

  it('for its metadata is 400 and names the header', async () => {
    for (const metadata of ['x', '[]', '{"a":1}', JSON.stringify({ a: 'x'.repeat(513) })]) {
      const refusal = await refused(send(QUESTION, { 'x-cencori-metadata': metadata }));
      expect(refusal).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', param: 'x-cencori-metadata' });
    }
  });

  it('for its model is 400 MODEL_NOT_FOUND, and PROVIDER_NOT_CONFIGURED where only the connection is missing', async () => {
    const model = (name: string) => send(JSON.stringify({ model: name, messages: MESSAGES }));
    expect(await refused(model('no-such-model'))).toMatchObject({
      status: 400,
      code: 'MODEL_NOT_FOUND',
      param: 'model',
    });
    expect(await refused(model('elsewhere/gpt'))).toMatchObject({ status: 400, code: 'MODEL_NOT_FOUND' });
    expect(await refused(model('sandbox/gpt-4o'))).toMatchObject({ status: 400, code: 'MODEL_NOT_FOUND' });
    await gateway.owner
      .delete(`/v1/projects/${project.id}/providers/openai`)
      .expect(204)
      .catch(() => undefined);
    expect(await refused(model('openai/gpt-4o'))).toMatchObject({ status: 400, code: 'PROVIDER_NOT_CONFIGURED' });
    await gateway.connect(project, 'openai');
    expect((await send(QUESTION)).status).toBe(200);
  });

  it('never takes normal calls beside it along', async () => {
    const bad = [
      QUESTION.replace('Hello', '\\u0000'),
      QUESTION.replace('Hello', '\\udfff'),
      QUESTION.replace('gpt-4o', 'no\\u0000model'),
      '{',
    ];
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, i) => send(i % 3 === 0 ? (bad[(i / 3) % bad.length] ?? '') : QUESTION)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((_, i) => i % 3 === 0)).toEqual(Array(40).fill(400));
    expect(statuses.filter((_, i) => i % 3 !== 0)).toEqual(Array(80).fill(200));
  });

  describe('for its key', () => {
    it.each<[string, Record<string, string>]>([
      ['none', { authorization: '' }],
      ['another scheme', { authorization: 'Basic Zm9v' }],
      ['an unknown one', { authorization: `Bearer csk_${'a'.repeat(49)}` }],
      ['a malformed one', { authorization: 'Bearer csk_short' }],
      ['a key of a provider', { authorization: 'Bearer sk-proj-abc' }],
      ['one for browsers', { authorization: `Bearer cpk_${'a'.repeat(49)}` }],
    ])('(%s) is 401 INVALID_API_KEY', async (_what, headers) => {
      expect(await refused(send(QUESTION, headers))).toMatchObject({ status: 401, code: 'INVALID_API_KEY' });
    });

    it('(two different ones) is 401', async () => {
      const refusal = refused(send(QUESTION, { CENCORI_API_KEY: project.testKey }));
      expect(await refusal).toMatchObject({ status: 401, code: 'INVALID_API_KEY' });
      expect((await send(QUESTION, { CENCORI_API_KEY: project.key })).status).toBe(200);
    });

    it('(another project or environment) is 403', async () => {
      const other = await gateway.project();
      const wrong: Record<string, string>[] = [
        { 'x-project-id': other.id },
        { 'x-environment': 'test' },
        { 'x-environment': 'staging' },
      ];
      for (const headers of wrong) {
        const refusal = await refused(send(QUESTION, headers));
        expect(refusal).toMatchObject({ status: 403, code: 'INSUFFICIENT_PERMISSIONS' });
      }
      const right = { 'x-project-id': project.id, 'x-environment': 'production' };
      expect((await send(QUESTION, right)).status).toBe(200);
    });

    it('is 401 for the first request after the revocation and the deletion, also for one that is wrong otherwise', async () => {
      const other = await gateway.project();
      expect((await send(QUESTION, {}, other.key)).status).toBe(200);
      await gateway.double.reset();
      await gateway.owner.post(`/v1/projects/${other.id}/api-keys/${other.apiKeyId}/revoke`).expect(200);
      expect(await refused(send(QUESTION, {}, other.key))).toMatchObject({ status: 401, code: 'INVALID_API_KEY' });
      const unknown = JSON.stringify({ model: 'no-such-model', messages: MESSAGES });
      expect(await refused(send(unknown, {}, other.key))).toMatchObject({ status: 401 });
      expect(await refused(send('{', {}, other.key))).toMatchObject({ status: 401 });
      expect(await refused(send(QUESTION, { 'x-project-id': project.id }, other.key))).toMatchObject({ status: 401 });
      const models = await fetch(`${gateway.origin}/v1/models`, { headers: { cencori_api_key: other.key } });
      expect(models.status).toBe(401);

      await gateway.owner.delete(`/v1/projects/${other.id}`, { confirm: other.name });
      expect(await refused(send(QUESTION, {}, other.testKey))).toMatchObject({ status: 401, code: 'INVALID_API_KEY' });
    });
  });

  it('for the rate is 429 with the state of the limit and when to come back', async () => {
    const other = await gateway.project({ requestsPerMinute: 2, testRequestsPerMinute: 1 });
    const client = gateway.client(other.key);
    const create = () => client.chat.completions.create({ model: 'sandbox/echo', messages: MESSAGES });
    await create();
    await create();
    const error = await create().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    const { headers } = error as { headers: Headers };
    expect(headers.get('x-ratelimit-limit')).toBe('2');
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() - 1_000);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(61);
  });

  describe('under an enforced spend cap', () => {
    const capped = (monthlyUsd: string) => gateway.project({ spendCap: { monthlyUsd, enforce: true } });

    it('is 402 when the bound of its cost does not fit, and the client does not repeat it', async () => {
      const other = await capped('0.000100');
      const client = gateway.client(other.key, { maxRetries: 2 });
      const create = client.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
      const error = await create.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ status: 402, code: 'SPEND_CAP_REACHED' });
      expect((error as { headers: Headers }).headers.get('x-should-retry')).toBe('false');
      expect(await gateway.double.calls()).toEqual([]);
      const refusal = await refused(send(QUESTION, {}, other.key));
      expect(refusal.status).toBe(402);
      const details = (await (await send(QUESTION, {}, other.key)).json()) as { details: object };
      expect(details.details).toEqual({ spend: '0.00', cap: '0.0001' });
    });

    it('sends the model’s own ceiling when the caller set no limit, and counts the prompt exactly', async () => {
      const other = await capped('5');
      const answer = await send(QUESTION, {}, other.key);
      expect(answer.status).toBe(200);
      const [seen] = await gateway.double.calls();
      expect(JSON.parse(seen?.text ?? '')).toMatchObject({ max_completion_tokens: 16_384 });
      const record = await gateway.record(other, answer.headers.get('x-request-id'));
      expect(Number(record.maxCostUsd)).toBeGreaterThan(0.16384);
      expect(Number(record.maxCostUsd)).toBeLessThan(0.1655);
      await gateway.double.reset();
      await send(QUESTION.replace('{', '{"max_tokens":5,'), {}, other.key);
      const [limited] = await gateway.double.calls();
      expect(JSON.parse(limited?.text ?? '')).not.toHaveProperty('max_completion_tokens');
    });

    it('is 400 UNPRICED_MODEL when no bound of its cost is known', async () => {
      const other = await capped('5');
      for (const body of [
        { model: 'openai/ft:unknown', messages: MESSAGES, max_tokens: 1 },
        { model: 'gpt-4o', messages: MESSAGES, max_tokens: 1, web_search_options: {} },
      ]) {
        const refusal = await refused(send(JSON.stringify(body), {}, other.key));
        expect(refusal).toMatchObject({ status: 400, code: 'UNPRICED_MODEL' });
      }
    });

    it('never spends more than the cap, whatever many calls want at once', async () => {
      const other = await capped('0.50');
      const answers = await Promise.all(Array.from({ length: 40 }, () => send(QUESTION, {}, other.key)));
      const statuses = new Set(answers.map(({ status }) => status));
      expect(statuses).toEqual(new Set([200, 402]));
    });
  });

  it('by old rules is no refusal: what one node changes holds for the next call on another', async () => {
    const { database, app } = gateway;
    const second = await startTestApp({ database, config: app.config });
    try {
      const other = await gateway.project({ defaultProvider: 'sandbox', defaultModel: 'echo' });
      const call = async (body: object): Promise<string> => {
        const sending = request(second.server).post('/v1/chat/completions').set('cencori_api_key', other.key);
        const answer = await sending.send({ messages: MESSAGES, ...body });
        return answer.status === 200
          ? String(answer.headers['x-cencori-model'])
          : (answer.body as { code: string }).code;
      };
      expect(await call({})).toBe('echo');
      expect(await call({ model: 'acme/gpt-4o' })).toBe('MODEL_NOT_FOUND');
      await gateway.connect(other, 'acme');
      expect(await call({ model: 'acme/gpt-4o' })).toBe('gpt-4o');
      await gateway.owner.patch(`/v1/projects/${other.id}/settings`, { defaultModel: 'lorem' }).expect(200);
      expect(await call({})).toBe('lorem');
      const cap = { spendCap: { monthlyUsd: '0.000001', enforce: true } };
      await gateway.owner.patch(`/v1/projects/${other.id}/settings`, cap).expect(200);
      expect(await call({})).toBe('SPEND_CAP_REACHED');
    } finally {
      await second.close();
    }
  });

  it('is told apart by the official client’s classes', async () => {
    const create = (key: string, headers: Record<string, string> = {}, body: object = {}) =>
      gateway
        .client(key, { defaultHeaders: headers })
        .chat.completions.create({ model: 'gpt-4o', messages: MESSAGES, ...body })
        .catch((error: unknown) => error);
    expect(await create('csk_unknown')).toBeInstanceOf(AuthenticationError);
    expect(await create(project.key, { 'x-environment': 'test' })).toBeInstanceOf(PermissionDeniedError);
    expect(await create(project.key, {}, { n: 0 })).toBeInstanceOf(BadRequestError);
  });
});
