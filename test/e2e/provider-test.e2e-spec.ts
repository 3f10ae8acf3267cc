import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { callerWith, type Owner, signUpOwner } from '../support/person.js';
import { createProject, type ShownProject } from '../support/projects.js';
import { providersPath, PUBLIC_BASE_URL } from '../support/providers.js';
import { type ProviderDouble, startProviderDouble } from '../support/provider-double/start-provider-double.js';

describe('the test of a provider connection', () => {
  let database: TestDatabase;
  let double: ProviderDouble;
  let api: TestApp;
  let owner: Owner;
  let project: ShownProject;

  beforeAll(async () => {
    [database, double] = await Promise.all([createTestDatabase(), startProviderDouble()]);
    const allowed = new URL(double.baseUrl).host;
    api = await startTestApp({ database, config: { outboundAllow: { entries: [allowed], uses: ['providers'] } } });
    owner = await signUpOwner(api.server);
  });
  beforeEach(async () => {
    project = await createProject(owner);
    await double.reset();
  });
  afterAll(async () => {
    await api.close();
    await Promise.all([double.stop(), database.drop()]);
  });

  const connect = async (body: object) => {
    const answer = await owner.put(`${providersPath(project)}/acme`, body);
    expect(answer.status).toBe(200);
  };
  const test = (provider = 'acme') => owner.post(`${providersPath(project)}/${provider}/test`);

  it('says that provider and credential work, also while the connection is disabled', async () => {
    await connect({ apiKey: double.apiKey, baseUrl: double.baseUrl, enabled: false });
    const answer = await test();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ok: true,
      latencyMs: expect.any(Number),
      models: expect.any(Number),
      reason: null,
      httpStatus: null,
      message: null,
    });
    const calls = await double.calls();
    expect(calls.map(({ route, headers }) => [route, headers.authorization])).toEqual([
      [expect.stringContaining('models'), `Bearer ${double.apiKey}`],
    ]);
  });

  it('says that the credential is refused, and shows it in no word', async () => {
    const apiKey = 'sk-planted-credential-0001';
    await connect({ apiKey, baseUrl: double.baseUrl });
    const answer = await test();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ok: false, reason: 'credential', httpStatus: 401, models: null });
    expect(answer.text).not.toContain('planted');
  });

  it('sends the newest credential', async () => {
    await connect({ apiKey: 'sk-wrong-credential', baseUrl: double.baseUrl });
    await connect({ apiKey: double.apiKey, baseUrl: double.baseUrl });
    expect((await test()).body).toMatchObject({ ok: true });
  });

  it('says that the answer is not the protocol, or that nobody answers', async () => {
    await connect({ apiKey: double.apiKey, baseUrl: `${double.baseUrl}/nowhere` });
    expect((await test()).body).toMatchObject({ ok: false, reason: 'answer', httpStatus: 404 });
  });

  it('is not needed for the sandbox, and not possible without a connection', async () => {
    expect((await test('sandbox')).body).toMatchObject({ ok: true });
    const unconnected = await test('openai');
    expect(unconnected.status).toBe(400);
    expect(unconnected.body).toMatchObject({ code: 'PROVIDER_NOT_CONFIGURED', details: { provider: 'openai' } });
    for (const provider of ['acme', 'x', 'A%00']) expect((await test(provider)).status).toBe(404);
    expect(await double.calls()).toEqual([]);
  });

  it('judges the address again: what was allowed when it was saved may not be now', async () => {
    await connect({ apiKey: double.apiKey, baseUrl: double.baseUrl });
    const { keyPeppers, encryptionKeys } = api.config;
    const stricter = await startTestApp({ database, config: { keyPeppers, encryptionKeys } });
    const answer = await callerWith(stricter.server, owner.token).post(`${providersPath(project)}/acme/test`);
    expect(answer.body).toMatchObject({ ok: false, reason: 'address' });
    expect(await double.calls()).toEqual([]);
    await stricter.close();
  });

  it('is allowed to save only what may be called', async () => {
    const refused = await owner.put(`${providersPath(project)}/acme`, {
      apiKey: double.apiKey,
      baseUrl: double.baseUrl.replace('127.0.0.1', '127.0.0.2'),
    });
    expect(refused.status).toBe(400);
    await connect({ apiKey: double.apiKey, baseUrl: PUBLIC_BASE_URL });
  });
});
