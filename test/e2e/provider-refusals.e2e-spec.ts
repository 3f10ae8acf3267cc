import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Owner, signUpOwner } from '../support/person.js';
import { createProject, type ShownProject } from '../support/projects.js';
import { providersPath, PUBLIC_BASE_URL } from '../support/providers.js';

const API_KEY = 'sk-test-0123456789wxyz';

describe('a refused provider connection', () => {
  let database: TestDatabase;
  let api: TestApp;
  let owner: Owner;
  let project: ShownProject;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    owner = await signUpOwner(api.server);
    project = await createProject(owner);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const path = (provider: string) => `${providersPath(project)}/${provider}`;
  const put = (provider: string, body: object) => owner.put(path(provider), body);

  const model = { id: 'm', inputUsdPerMillion: '1', outputUsdPerMillion: '1' };
  it.each([
    [{ apiKey: '' }, 'apiKey'],
    [{ apiKey: 'has space' }, 'apiKey'],
    [{ apiKey: 'has\ttab' }, 'apiKey'],
    [{ apiKey: 'schlüssel' }, 'apiKey'],
    [{ apiKey: 'k'.repeat(513) }, 'apiKey'],
    [{ apiKey: null }, 'apiKey'],
    [{ apiKey: ['k'] }, 'apiKey'],
    [{ baseUrl: null }, 'baseUrl'],
    [{ baseUrl: 'not a url' }, 'baseUrl'],
    [{ baseUrl: 'ftp://1.1.1.1/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://user:password@1.1.1.1/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://1.1.1.1/v1?key=x' }, 'baseUrl'],
    [{ baseUrl: 'https://1.1.1.1/v1#x' }, 'baseUrl'],
    [{ baseUrl: 'http://1.1.1.1/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://127.0.0.1/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://localhost/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://[::ffff:127.0.0.1]/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://169.254.169.254/latest' }, 'baseUrl'],
    [{ baseUrl: 'https://10.0.0.1/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://0x7f000001/v1' }, 'baseUrl'],
    [{ baseUrl: `https://1.1.1.1/${'x'.repeat(2_048)}` }, 'baseUrl'],
    [{ format: 'anthropic' }, 'format'],
    [{ format: null }, 'format'],
    [{ defaultModel: '' }, 'defaultModel'],
    [{ defaultModel: 'a b' }, 'defaultModel'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ setAsDefault: 1 }, 'setAsDefault'],
    [{ models: null }, 'models'],
    [{ models: 'm' }, 'models'],
    [{ models: [null] }, 'models[0]'],
    [{ models: Array.from({ length: 201 }, (_, i) => ({ ...model, id: `m${i}` })) }, 'models'],
    [{ models: [model, model] }, 'models[1].id'],
    [{ models: [{ ...model, id: '' }] }, 'models[0].id'],
    [{ models: [{ ...model, id: 'm'.repeat(201) }] }, 'models[0].id'],
    [{ models: [{ id: 'm', inputUsdPerMillion: '1' }] }, 'models[0].outputUsdPerMillion'],
    [{ models: [{ ...model, inputUsdPerMillion: '-1' }] }, 'models[0].inputUsdPerMillion'],
    [{ models: [{ ...model, inputUsdPerMillion: '0.0000001' }] }, 'models[0].inputUsdPerMillion'],
    [{ models: [{ ...model, outputUsdPerMillion: 1_000_001 }] }, 'models[0].outputUsdPerMillion'],
    [{ models: [{ ...model, currency: 'EUR' }] }, 'models[0].currency'],
    [{ organization: 'x' }, 'organization'],
  ])('names the field: %j', async (change, field) => {
    const answer = await put('acme-llm', { apiKey: API_KEY, baseUrl: PUBLIC_BASE_URL, ...change });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', details: { fields: [{ field }] } });
    expect(answer.text).not.toContain(API_KEY);
    expect((await owner.get(path('acme-llm'))).status).toBe(404);
  });

  it('needs an address for a name that is not built in', async () => {
    const answer = await put('acme-llm', { apiKey: API_KEY });
    expect(answer.body).toMatchObject({ details: { fields: [{ field: 'baseUrl' }] } });
  });

  it.each(['a', 'Acme', '1st', 'a_b', 'x'.repeat(41), 'a%20b', 'a%00b', '%E2%82%AC'])(
    'has an impossible name: %s',
    async (name) => {
      const answer = await put(name, { apiKey: API_KEY, baseUrl: PUBLIC_BASE_URL });
      expect(answer.status).toBe(400);
      expect((await owner.get(path(name))).status).toBe(404);
      expect((await owner.delete(path(name))).status).toBe(404);
    },
  );

  it('has a name that means something of ours', async () => {
    expect((await put('cencori', { apiKey: API_KEY, baseUrl: PUBLIC_BASE_URL })).status).toBe(409);
  });
});
