import { SandboxServer } from './sandbox-server.js';

describe('sandbox', () => {
  const server = new SandboxServer();
  let origin: string;

  beforeAll(async () => {
    origin = `http://127.0.0.1:${await server.start()}/v1`;
  });
  afterAll(() => server.stop());

  const send = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${origin}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.credential.reveal()}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const echo = (content: unknown, more: object = {}) =>
    send({
      model: 'echo',
      messages: [
        { role: 'user', content },
        { role: 'assistant', content: 'ok' },
      ],
      ...more,
    });

  it('answers nobody but the gateway of its own process', async () => {
    for (const authorization of ['', 'Bearer x', `Bearer ${'x'.repeat(43)}`]) {
      expect((await send({}, { authorization })).status).toBe(401);
    }
  });

  it('repeats the last question, or the text of its parts', async () => {
    const answers = [
      await echo('Grüße 😀'),
      await echo([
        { type: 'text', text: 'Grüße ' },
        { type: 'text', text: '😀' },
      ]),
    ];
    for (const answer of answers) {
      expect(await answer.json()).toMatchObject({
        choices: [{ message: { content: 'Grüße 😀' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 2 },
      });
    }
  });

  it('keeps to the limit it was sent, and writes every choice', async () => {
    const answer = await echo('a b c d', { max_completion_tokens: 2, n: 3 });
    const { choices, usage } = (await answer.json()) as { choices: object[]; usage: object };
    expect(choices).toHaveLength(3);
    expect(choices[2]).toMatchObject({ index: 2, message: { content: 'a b' }, finish_reason: 'length' });
    expect(usage).toMatchObject({ completion_tokens: 6 });
  });

  it('streams the same answer, with usage for who asks', async () => {
    const text = async (more: object) => (await echo('a b', { stream: true, ...more })).text();
    const plain = await text({});
    expect(plain).not.toContain('usage');
    expect(plain.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await text({ stream_options: { include_usage: true } })).toContain('"completion_tokens":2');
  });

  it.each([
    ['no JSON', '{', 400],
    ['an unknown model', { model: 'gpt-4o', messages: [{}] }, 404],
    ['no message', { model: 'echo', messages: [] }, 400],
    ['a limit of zero', { model: 'echo', messages: [{}], max_tokens: 0 }, 400],
    ['choices of a wrong type', { model: 'echo', messages: [{}], n: 'two' }, 400],
  ])('refuses %s', async (_what, body, status) => {
    expect((await send(body)).status).toBe(status);
  });

  it.each(['status=200', 'status=x', 'delay=99999', 'cut', 'status=503;cut=1', 'sleep=1'])(
    'does not guess what the order %s means',
    async (order) => {
      expect((await echo('x', {})).status).toBe(200);
      const answer = await send({ model: 'echo', messages: [{}] }, { 'x-sandbox': order });
      expect(answer.status).toBe(400);
    },
  );

  it('takes several orders at once', async () => {
    const before = performance.now();
    const answer = await send({}, { 'x-sandbox': 'status=418, delay=50' });
    expect(answer.status).toBe(418);
    expect(performance.now() - before).toBeGreaterThan(48);
  });
});
