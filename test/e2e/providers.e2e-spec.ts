import { callerWith, type Owner, addMember, signUp, signUpOwner, UNKNOWN_PROJECT } from '../support/person.js';
import { createKey } from '../support/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { comparable } from '../support/comparable.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { createProject, settingsPath, type ShownProject } from '../support/projects.js';
import { providersPath, PUBLIC_BASE_URL } from '../support/providers.js';

const API_KEY = 'sk-test-0123456789wxyz';
const OPENAI = 'https://api.openai.com/v1';

describe('provider connections over HTTP', () => {
  let database: TestDatabase;
  let api: TestApp;
  let owner: Owner;
  let project: ShownProject;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    owner = await signUpOwner(api.server);
  });
  beforeEach(async () => {
    project = await createProject(owner);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const path = (provider: string) => `${providersPath(project)}/${provider}`;
  const put = (provider: string, body: object) => owner.put(path(provider), body);
  const listed = async (query = '') => {
    const { body } = await owner.get(`${providersPath(project)}${query}`);
    return body as { data: { provider: string }[]; nextCursor: string | null };
  };

  describe('a built-in provider', () => {
    it('is listed before it is connected, the sandbox ready for use', async () => {
      expect((await listed()).data).toEqual([
        {
          provider: 'openai',
          status: 'disabled',
          credentialSource: 'none',
          keyHint: null,
          defaultModel: null,
          baseUrl: OPENAI,
          isDefault: false,
          format: 'openai',
          models: [],
        },
        expect.objectContaining({ provider: 'sandbox', status: 'enabled', credentialSource: 'none', baseUrl: null }),
      ]);
    });

    it('needs its key only, which no answer shows', async () => {
      const answer = await put('openai', { apiKey: API_KEY });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        provider: 'openai',
        status: 'enabled',
        credentialSource: 'byok',
        keyHint: '...wxyz',
        defaultModel: null,
        baseUrl: OPENAI,
        isDefault: false,
        format: 'openai',
        models: [],
      });
      expect((await owner.get(path('openai'))).body).toEqual(answer.body);
      expect((await listed()).data).toContainEqual(answer.body);
    });

    it('hides a short key completely', async () => {
      expect((await put('openai', { apiKey: 'abcd' })).body).toMatchObject({ keyHint: '****' });
    });

    it.each(['put', 'delete'] as const)('called sandbox cannot be changed: %s', async (method) => {
      const answer = await owner[method](path('sandbox'), method === 'put' ? { apiKey: API_KEY } : undefined);
      expect(answer.status).toBe(409);
      expect((await owner.get(path('sandbox'))).body).toMatchObject({ credentialSource: 'none' });
    });
  });

  it('hide the sandbox where it is switched off, and keep its name', async () => {
    const { keyPeppers, encryptionKeys } = api.config;
    const without = await startTestApp({ database, config: { sandbox: false, keyPeppers, encryptionKeys } });
    const caller = callerWith(without.server, owner.token);
    expect((await caller.get(providersPath(project))).body).toMatchObject({ data: [{ provider: 'openai' }] });
    expect((await caller.get(path('sandbox'))).status).toBe(404);
    expect((await caller.post(`${path('sandbox')}/test`)).status).toBe(404);
    expect((await caller.put(path('sandbox'), { apiKey: API_KEY, baseUrl: PUBLIC_BASE_URL })).status).toBe(409);
    await without.close();
  });

  describe('a connection', () => {
    const full = {
      apiKey: API_KEY,
      baseUrl: PUBLIC_BASE_URL,
      format: 'openai',
      defaultModel: 'm1',
      enabled: false,
      models: [
        { id: 'm1', inputUsdPerMillion: '0.15', outputUsdPerMillion: 0.6 },
        { id: 'm2', inputUsdPerMillion: 0, outputUsdPerMillion: '1000000' },
      ],
    };

    it('of any other name takes address, models and prices', async () => {
      const answer = await put('acme-llm', { ...full, baseUrl: `${PUBLIC_BASE_URL}/` });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        provider: 'acme-llm',
        status: 'disabled',
        credentialSource: 'byok',
        keyHint: '...wxyz',
        defaultModel: 'm1',
        baseUrl: PUBLIC_BASE_URL,
        isDefault: false,
        format: 'openai',
        models: [
          { id: 'm1', inputUsdPerMillion: '0.15', outputUsdPerMillion: '0.60' },
          { id: 'm2', inputUsdPerMillion: '0.00', outputUsdPerMillion: '1000000.00' },
        ],
      });
    });

    it('is replaced as a whole, the key excepted', async () => {
      await put('acme-llm', full);
      const answer = await put('acme-llm', { baseUrl: PUBLIC_BASE_URL });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ status: 'enabled', keyHint: '...wxyz', defaultModel: null, models: [] });
      const rekeyed = await put('acme-llm', { baseUrl: PUBLIC_BASE_URL, apiKey: 'sk-test-0123456789abcd' });
      expect(rekeyed.body).toMatchObject({ keyHint: '...abcd' });
    });

    it.each([
      ['another host', { baseUrl: 'https://1.0.0.1/v1' }],
      ['another path', { baseUrl: `${PUBLIC_BASE_URL}/beta` }],
      ['another port', { baseUrl: 'https://1.1.1.1:8443/v1' }],
      ['no address', {}],
    ])('never takes its stored key to %s', async (_, body) => {
      await put('openai', { apiKey: API_KEY, baseUrl: PUBLIC_BASE_URL });
      const answer = await put('openai', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ details: { fields: [{ field: 'apiKey' }] } });
      expect((await owner.get(path('openai'))).body).toMatchObject({ baseUrl: PUBLIC_BASE_URL });
      expect((await put('openai', { ...body, apiKey: API_KEY })).status).toBe(200);
    });

    it('begins with a key, also after it was disconnected', async () => {
      expect((await put('openai', {})).status).toBe(400);
      await put('openai', { apiKey: API_KEY });
      await owner.delete(path('openai'));
      expect((await put('openai', {})).status).toBe(400);
      expect((await put('openai', { apiKey: API_KEY })).status).toBe(200);
    });

    it('ends, and is then as unknown as before', async () => {
      await put('acme-llm', full);
      const answer = await owner.delete(path('acme-llm'));
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ provider: 'acme-llm', disconnectedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
      expect((await owner.get(path('acme-llm'))).status).toBe(404);
      expect((await owner.delete(path('acme-llm'))).status).toBe(404);
      expect((await listed()).data.map(({ provider }) => provider)).toEqual(['openai', 'sandbox']);
    });

    it('is one connection when two connect at the same time', async () => {
      const keys = ['sk-test-race-aaaa', 'sk-test-race-bbbb', 'sk-test-race-cccc'];
      const answers = await Promise.all(keys.map((apiKey) => put('acme-llm', { apiKey, baseUrl: PUBLIC_BASE_URL })));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const { data } = await listed();
      expect(data.filter(({ provider }) => provider === 'acme-llm')).toHaveLength(1);
    });

    it('compares no version: If-Match is refused and nothing is connected', async () => {
      const answer = await put('acme-llm', { apiKey: API_KEY, baseUrl: PUBLIC_BASE_URL }).set('if-match', '"0"');
      expect([answer.status, answer.body]).toMatchObject([400, { details: { fields: [{ field: 'If-Match' }] } }]);
      const { data } = await listed();
      expect(data.filter(({ provider }) => provider === 'acme-llm')).toEqual([]);
    });
  });

  describe('the default provider', () => {
    it('is set with the connection, together with its default model', async () => {
      await owner.patch(settingsPath(project), { defaultProvider: 'other', defaultModel: 'of-other' });
      const answer = await put('openai', { apiKey: API_KEY, defaultModel: 'gpt-4o-mini', setAsDefault: true });
      expect(answer.body).toMatchObject({ isDefault: true });
      const settings = await owner.get(settingsPath(project));
      expect(settings.body).toMatchObject({ defaultProvider: 'openai', defaultModel: 'gpt-4o-mini' });
    });

    it('does not inherit the model of another provider, and keeps its own', async () => {
      await owner.patch(settingsPath(project), { defaultProvider: 'other', defaultModel: 'of-other' });
      await put('openai', { apiKey: API_KEY, setAsDefault: true });
      expect((await owner.get(settingsPath(project))).body).toMatchObject({ defaultModel: null });
      await owner.patch(settingsPath(project), { defaultModel: 'gpt-4o' });
      await put('openai', { setAsDefault: true });
      expect((await owner.get(settingsPath(project))).body).toMatchObject({ defaultModel: 'gpt-4o' });
    });

    it('stays when it is not mentioned', async () => {
      await put('openai', { apiKey: API_KEY, setAsDefault: true });
      expect((await put('openai', { setAsDefault: false })).body).toMatchObject({ isDefault: true });
    });
  });

  it('are listed by name over pages, each once', async () => {
    for (const name of ['zeta', 'acme', 'p-1', 'openai'])
      await put(name, { apiKey: API_KEY, baseUrl: PUBLIC_BASE_URL });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listed(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ provider }) => provider));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(['acme', 'openai', 'p-1', 'sandbox', 'zeta']);
  });

  describe('rights', () => {
    it('let developers and test keys read, admins and live keys write', async () => {
      const [admin, developer, viewer] = [await signUp(api.server), await signUp(api.server), await signUp(api.server)];
      await addMember(database, owner.organizationId, admin, 'admin');
      await addMember(database, owner.organizationId, developer, 'developer');
      await addMember(database, owner.organizationId, viewer, 'viewer');
      const live = callerWith(api.server, (await createKey(owner, project)).key);
      const test = callerWith(api.server, (await createKey(owner, project, { environment: 'test' })).key);
      await put('openai', { apiKey: API_KEY });
      const statuses = async (caller: typeof live) => [
        (await caller.get(providersPath(project))).status,
        (await caller.get(path('openai'))).status,
        (await caller.put(path('openai'), {})).status,
        (await caller.post(`${path('sandbox')}/test`)).status,
        (await caller.delete(path('missing'))).status,
      ];
      expect(await statuses(admin)).toEqual([200, 200, 200, 200, 404]);
      expect(await statuses(live)).toEqual([200, 200, 200, 200, 404]);
      expect(await statuses(developer)).toEqual([200, 200, 403, 403, 403]);
      expect(await statuses(test)).toEqual([200, 200, 403, 403, 403]);
      expect(await statuses(viewer)).toEqual([403, 403, 403, 403, 403]);
    });

    it('do not reach into other projects', async () => {
      const stranger = await signUpOwner(api.server);
      await put('openai', { apiKey: API_KEY });
      const unknown = providersPath({ id: UNKNOWN_PROJECT });
      for (const [foreign, missing] of [
        [await stranger.get(path('openai')), await stranger.get(`${unknown}/openai`)],
        [await stranger.put(path('openai'), {}), await stranger.put(`${unknown}/openai`, {})],
        [await stranger.delete(path('openai')), await stranger.delete(`${unknown}/openai`)],
        [await stranger.post(`${path('openai')}/test`), await stranger.post(`${unknown}/openai/test`)],
      ] as const) {
        expect(foreign.status).toBe(404);
        expect(comparable(foreign)).toEqual(comparable(missing));
      }
    });
  });
});
