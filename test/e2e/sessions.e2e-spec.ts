import { mintToken } from '@app/platform';
import request from 'supertest';

import { startTestApp, type TestApp } from '../support/app.js';
import { comparable } from '../support/comparable.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const PASSWORD = 'correct horse battery staple';
const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

interface SignedIn {
  readonly user: { readonly id: string; readonly email: string };
  readonly token: string;
}

describe('a session', () => {
  let database: TestDatabase;
  let api: TestApp;
  let otherNode: TestApp;
  let people = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    const { keyPeppers, encryptionKeys } = api.config;
    otherNode = await startTestApp({ database, config: { keyPeppers, encryptionKeys } });
  });
  afterAll(async () => {
    await Promise.all([api.close(), otherNode.close()]);
    await database.drop();
  });

  const post = (path: string, body?: object, from = api) => {
    const sending = request(from.server).post(path);
    return body === undefined ? sending : sending.send(body);
  };
  const signUp = async (): Promise<SignedIn> => {
    const email = `person${(people += 1)}@example.com`;
    return (await post('/v1/auth/sign-up', { email, password: PASSWORD, name: 'Ada' })).body as SignedIn;
  };
  const signIn = async (email: string): Promise<SignedIn> =>
    (await post('/v1/auth/sign-in', { email, password: PASSWORD })).body as SignedIn;
  const me = (token: string, from = api) => request(from.server).get('/v1/me').set('authorization', `Bearer ${token}`);
  const endSession = (id: string, by: string) =>
    request(api.server).delete(`/v1/me/sessions/${id}`).set('authorization', `Bearer ${by}`);

  it('is needed, and nothing else will do', async () => {
    const refused = await request(api.server).get('/v1/me');
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({ code: 'SESSION_REQUIRED' });
    const { token } = await signUp();
    const mistyped = token.replace(/.$/, (end) => (end === 'a' ? 'b' : 'a'));
    for (const other of [`${token}x`, token.slice(0, -1), mistyped, 'ses_', mintToken('ses_')]) {
      expect((await me(other)).status).toBe(401);
    }
  });

  it('ends at once on every node with sign-out, and takes its cookie along', async () => {
    const { user, token } = await signUp();
    const other = await signIn(user.email);
    expect((await me(token, otherNode)).status).toBe(200);
    const answer = await post('/v1/auth/sign-out').set('authorization', `Bearer ${token}`);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toEqual(['gateway_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']);
    expect((await me(token, otherNode)).status).toBe(401);
    expect((await me(token)).status).toBe(401);
    expect((await me(other.token)).status).toBe(200);
  });

  it('ends with all others of the account, and no one else’s, with sign-out everywhere', async () => {
    const { user, token } = await signUp();
    const second = await signIn(user.email);
    const stranger = await signUp();
    expect((await post('/v1/auth/sign-out-everywhere').set('authorization', `Bearer ${token}`)).status).toBe(204);
    expect((await me(token, otherNode)).status).toBe(401);
    expect((await me(second.token, otherNode)).status).toBe(401);
    expect((await me(stranger.token)).status).toBe(200);
  });

  it('of a browser writes only for our own page', async () => {
    const { token } = await signUp();
    const signOut = (headers: Record<string, string>) =>
      post('/v1/auth/sign-out').set({ cookie: `gateway_session=${token}`, ...headers });
    const foreign: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' },
    ];
    for (const headers of foreign) expect((await signOut(headers)).status).toBe(401);
    expect((await me(token)).status).toBe(200);
    expect((await signOut(SAME_ORIGIN)).status).toBe(204);
    expect((await me(token)).status).toBe(401);
  });

  it('is bound to https and this host where the product is served over https', async () => {
    const secure = await startTestApp({ database, config: { publicUrl: 'https://gateway.example' } });
    const answer = await post(
      '/v1/auth/sign-up',
      { email: 'secure@example.com', password: PASSWORD, name: 'S' },
      secure,
    ).set('host', 'gateway.example');
    const { token } = answer.body as SignedIn;
    expect(answer.headers['set-cookie']).toEqual([
      `__Host-gateway_session=${token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax; Secure`,
    ]);
    await secure.close();
  });

  it('is listed with the others of the account, page by page, and can be ended from there', async () => {
    const { user, token } = await signUp();
    const tokens = [token];
    for (let i = 0; i < 2; i += 1) tokens.push((await signIn(user.email)).token);
    const list = async (query: object) =>
      (await request(api.server).get('/v1/me/sessions').query(query).set('authorization', `Bearer ${token}`)).body as {
        data: { id: string; current: boolean }[];
        nextCursor: string | null;
      };
    const first = await list({ limit: 2 });
    const rest = await list({ limit: 2, cursor: first.nextCursor });
    const all = [...first.data, ...rest.data];
    expect(all.map(({ current }) => current)).toEqual([false, false, true]);
    expect(rest.nextCursor).toBeNull();
    expect(all[0]).toEqual({
      id: expect.stringMatching(/^ses_[0-9a-z]{26}$/),
      current: false,
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
      expiresAt: expect.any(String),
    });

    const newest = all[0]?.id ?? '';
    const stranger = await signUp();
    const foreign = await endSession(newest, stranger.token);
    expect(foreign.status).toBe(404);
    expect(comparable(await endSession('ses_01h455vb4pex5vsknk084sn02q', stranger.token))).toEqual(comparable(foreign));
    expect(comparable(await endSession('nonsense', stranger.token))).toEqual(comparable(foreign));
    expect((await endSession(newest, token)).status).toBe(204);
    expect((await me(tokens[2] ?? '', otherNode)).status).toBe(401);
    expect((await list({})).data).toHaveLength(2);
  });

  it.each(['x', 'WyJhIl0', 'W10', 'bnVsbA'])('list refuses the cursor %s', async (cursor) => {
    const { token } = await signUp();
    const answer = await request(api.server)
      .get('/v1/me/sessions')
      .query({ cursor })
      .set('authorization', `Bearer ${token}`);
    expect(answer.status).toBe(400);
  });
});
