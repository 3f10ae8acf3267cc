import { Writable } from 'node:stream';

import { Client } from 'pg';
import request from 'supertest';

import { startTestApp, type TestApp } from '../support/app.js';
import { comparable } from '../support/comparable.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { findPlantedSecrets } from '../support/planted-secrets.js';

const PASSWORD = 'correct horse battery staple';

interface SignedIn {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly token: string;
}

const dumpOf = async (url: string): Promise<string> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ text: string }>(`select row_to_json(t)::text as text from ${name} t`);
    texts.push(...rows.map(({ text }) => text));
  }
  await client.end();
  return texts.join('\n');
};

describe('accounts over HTTP', () => {
  let database: TestDatabase;
  let api: TestApp;
  let otherNode: TestApp;
  const log: string[] = [];
  let people = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    const stream = new Writable({
      write: (chunk: Buffer, _, done) => {
        log.push(chunk.toString());
        done();
      },
    });
    api = await startTestApp({ database, log: stream, config: { trustProxy: ['127.0.0.1'] } });
    const { keyPeppers, encryptionKeys } = api.config;
    otherNode = await startTestApp({ database, config: { trustProxy: ['127.0.0.1'], keyPeppers, encryptionKeys } });
  });
  afterAll(async () => {
    await Promise.all([api.close(), otherNode.close()]);
    await database.drop();
  });

  const post = (path: string, body?: object, from = api) => {
    const sending = request(from.server).post(path);
    return body === undefined ? sending : sending.send(body);
  };
  const signUp = async (email = `person${(people += 1)}@example.com`): Promise<SignedIn> => {
    const answer = await post('/v1/auth/sign-up', { email, password: PASSWORD, name: 'Ada Lovelace' });
    expect(answer.status).toBe(201);
    return answer.body as SignedIn;
  };
  const signIn = (email: string, password = PASSWORD, ip = '203.0.113.1') =>
    post('/v1/auth/sign-in', { email, password }).set('x-forwarded-for', ip);
  const me = (token: string, from = api) => request(from.server).get('/v1/me').set('authorization', `Bearer ${token}`);

  describe('sign-up', () => {
    it('answers the person and a session that works, as a header and as a cookie', async () => {
      const answer = await post('/v1/auth/sign-up', {
        email: 'Grace@Example.com',
        password: PASSWORD,
        name: '  Grace Hopper ',
      });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        user: { id: expect.stringMatching(/^usr_[0-9a-z]{26}$/), email: 'Grace@Example.com', name: 'Grace Hopper' },
        token: expect.stringMatching(/^ses_[0-9A-Za-z]{49}$/),
      });
      const { user, token } = answer.body as SignedIn;
      const [cookie] = answer.headers['set-cookie'] as unknown as string[];
      expect(cookie).toBe(`gateway_session=${token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax`);

      const expected = { ...user, instanceOwner: true, createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) };
      expect((await me(token)).body).toEqual(expected);
      expect((await request(api.server).get('/v1/me').set('cookie', `gateway_session=${token}`)).body).toEqual(
        expected,
      );
    });

    it('is done once for an address, whatever its capitals', async () => {
      const { user } = await signUp();
      const again = await post('/v1/auth/sign-up', {
        email: user.email.toUpperCase(),
        password: PASSWORD,
        name: 'Somebody else',
      });
      expect(again.status).toBe(409);
      expect(again.body).toMatchObject({ code: 'CONFLICT' });
      expect(again.headers['set-cookie']).toBeUndefined();
    });

    it('makes one account when the same is sent twice at once to two nodes', async () => {
      const body = { email: 'twice@example.com', password: PASSWORD, name: 'Twice' };
      const answers = await Promise.all([
        post('/v1/auth/sign-up', body),
        post('/v1/auth/sign-up', body, otherNode),
        post('/v1/auth/sign-up', body),
      ]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    });

    it.each([
      ['no e-mail', { password: PASSWORD, name: 'Ada' }, 'email'],
      ['no address in it', { email: 'ada', password: PASSWORD, name: 'Ada' }, 'email'],
      ['an address of the wrong type', { email: ['ada@example.com'], password: PASSWORD, name: 'Ada' }, 'email'],
      ['an address with NUL', { email: 'ada\0@example.com', password: PASSWORD, name: 'Ada' }, undefined],
      ['an address too long', { email: `a@${'b'.repeat(250)}.com`, password: PASSWORD, name: 'Ada' }, 'email'],
      ['a short password', { email: 'new@example.com', password: 'seven77', name: 'Ada' }, 'password'],
      ['an endless password', { email: 'new@example.com', password: 'x'.repeat(257), name: 'Ada' }, 'password'],
      ['the address as password', { email: 'new@example.com', password: 'NEW@example.com', name: 'Ada' }, 'password'],
      ['a password with NUL', { email: 'new@example.com', password: 'pass\0word', name: 'Ada' }, undefined],
      ['no name', { email: 'new@example.com', password: PASSWORD, name: '   ' }, 'name'],
      ['a name with a line break', { email: 'new@example.com', password: PASSWORD, name: 'A\nda' }, 'name'],
      ['a field nobody knows', { email: 'new@example.com', password: PASSWORD, name: 'Ada', admin: true }, 'admin'],
    ])('refuses %s and names the field', async (_, body, field) => {
      const answer = await post('/v1/auth/sign-up', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
      if (field !== undefined) expect(answer.body).toMatchObject({ details: { fields: [{ field }] } });
      expect(answer.text).not.toContain(PASSWORD);
    });

    it.each([
      '{"email":"a@example.com","email":"b@example.com"}',
      '{"password":"\\ud800-half-a-character"}',
      '{',
      '[]',
      'null',
    ])('refuses a body that is not a proper object: %s', async (body) => {
      const answer = await post('/v1/auth/sign-up').set('content-type', 'application/json').send(body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
    });

    it('takes no form of another page: JSON only', async () => {
      const answer = await post('/v1/auth/sign-in').type('form').send({ email: 'a@example.com', password: PASSWORD });
      expect(answer.status).toBe(415);
    });

    it('is limited by client address over all nodes, and says when to come back', async () => {
      const limited = await startTestApp({
        database,
        config: { signUpPerMinute: 2, trustProxy: ['127.0.0.1'], keyPeppers: api.config.keyPeppers },
      });
      const attempt = (ip: string) =>
        post(
          '/v1/auth/sign-up',
          { email: `limited${(people += 1)}@example.com`, password: PASSWORD, name: 'L' },
          limited,
        ).set('x-forwarded-for', ip);
      const answers = [await attempt('198.51.100.1'), await attempt('198.51.100.1'), await attempt('198.51.100.1')];
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 429]);
      expect(answers[2]?.body).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
      expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(answers[2]?.headers['retry-after'])).toBeLessThanOrEqual(60);
      expect(answers[2]?.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0' });
      const waitMs = Number(answers[2]?.headers['x-ratelimit-reset']) - Date.now();
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(61_000);
      expect((await attempt('198.51.100.2')).status).toBe(201);
      await limited.close();
    });

    it('is closed where the operator allows invitations only, and makes nothing', async () => {
      const closed = await startTestApp({ database, config: { signUp: 'invite' } });
      const answer = await post(
        '/v1/auth/sign-up',
        { email: 'uninvited@example.com', password: PASSWORD, name: 'Eve' },
        closed,
      );
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({
        code: 'INSUFFICIENT_PERMISSIONS',
        message: expect.stringContaining('invitation'),
      });
      expect((await signIn('uninvited@example.com')).status).toBe(401);
      await closed.close();
    });
  });

  describe('sign-in', () => {
    it('answers the same person and another session', async () => {
      const { user, token } = await signUp();
      const answer = await signIn(user.email);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ user, token: expect.stringMatching(/^ses_/) });
      expect((answer.body as SignedIn).token).not.toBe(token);
      expect(answer.headers['set-cookie']).toHaveLength(1);
    });

    it('answers a wrong password and an unknown address alike', async () => {
      const { user } = await signUp();
      const wrong = await signIn(user.email, 'not the password');
      expect(wrong.status).toBe(401);
      expect(wrong.body).toMatchObject({ code: 'SESSION_REQUIRED' });
      expect(comparable(await signIn('unknown@example.com'))).toEqual(comparable(wrong));
      expect(comparable(await signIn('no address at all'))).toEqual(comparable(wrong));
      expect(comparable(await signIn(user.email, ''))).toEqual(comparable(wrong));
      expect(wrong.headers['set-cookie']).toBeUndefined();
    });

    it('is refused after ten failures, from that address only', async () => {
      const { user } = await signUp();
      const statuses: number[] = [];
      for (let i = 0; i < 11; i += 1) statuses.push((await signIn(user.email, `guess ${i}`, '198.51.100.30')).status);
      expect(statuses).toEqual([...Array(10).fill(401), 429]);
      const refused = await signIn(user.email, PASSWORD, '198.51.100.30');
      expect(refused.status).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
      expect((await signIn(user.email, PASSWORD, '198.51.100.31')).status).toBe(200);
    });

    it('beyond what the node can hash is 503 at once, and counts as no failure', async () => {
      const flood = await Promise.all(
        Array.from({ length: 150 }, (_, i) => signIn(`flood${i}@example.com`, PASSWORD, '198.51.100.40')),
      );
      const busy = flood.filter(({ status }) => status === 503);
      expect(busy.length).toBeGreaterThan(0);
      expect(busy.every(({ headers }) => headers['retry-after'] === '1')).toBe(true);
      expect(flood.filter(({ status }) => status === 401)).toHaveLength(150 - busy.length);
      await withClient(database.adminUrl, async (client) => {
        const { rows } = await client.query(
          `select count(*)::int as empty from throttles where purpose = 'sign_in' and hits = '{}'`,
        );
        expect(rows).toEqual([{ empty: busy.length }]);
      });
      const { user } = await signUp();
      expect((await signIn(user.email)).status).toBe(200);
    });
  });

  it('leaves no password and no token in any table or log line', async () => {
    const password = 'planted-password-8c1f2e7d';
    const guessed = 'planted-wrong-guess-51ab09';
    const email = 'planted@example.com';
    const signedUp = await post('/v1/auth/sign-up', { email, password, name: 'Planted' });
    const { token } = signedUp.body as SignedIn;
    const signedIn = (await signIn(email, password)).body as SignedIn;
    await signIn(email, guessed);
    await signIn(guessed, guessed);
    await me(token);
    await post('/v1/auth/sign-up', { email, password, name: 'Planted', [password]: password });
    await post('/v1/auth/sign-up', { email: password, password, name: password });
    await post('/v1/auth/sign-out').set('authorization', `Bearer ${signedIn.token}`);
    const planted = { password, guessed, token, secondToken: signedIn.token };
    const dump = await dumpOf(database.adminUrl);
    expect(dump).toContain(email);
    expect(findPlantedSecrets(planted, dump)).toEqual([]);
    expect(log.length).toBeGreaterThan(0);
    expect(findPlantedSecrets(planted, log.join(''))).toEqual([]);
    expect(log.join('')).not.toContain(email);
  });
});
