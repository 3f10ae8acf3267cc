import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Owner, signUpOwner } from '../support/person.js';
import { createProject, settingsPath } from '../support/projects.js';

describe('settings of a project over HTTP', () => {
  let database: TestDatabase;
  let api: TestApp;
  let owner: Owner;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    owner = await signUpOwner(api.server);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  it('begin with the documented values and are read with their version as ETag', async () => {
    const answer = await owner.get(settingsPath(await createProject(owner)));
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.body).toEqual({
      defaultProvider: null,
      defaultModel: null,
      requestsPerMinute: 60,
      testRequestsPerMinute: 20,
      spendCap: null,
      version: 1,
    });
  });

  it('change what is named and keep the rest', async () => {
    const path = settingsPath(await createProject(owner));
    const all = await owner.patch(path, {
      defaultProvider: 'openai',
      defaultModel: 'gpt-4o-mini',
      requestsPerMinute: 1_000_000,
      testRequestsPerMinute: 1,
      spendCap: { monthlyUsd: '12.5', enforce: false },
    });
    expect(all.status).toBe(200);
    expect(all.body).toEqual({
      defaultProvider: 'openai',
      defaultModel: 'gpt-4o-mini',
      requestsPerMinute: 1_000_000,
      testRequestsPerMinute: 1,
      spendCap: { monthlyUsd: '12.50', enforce: false },
      version: 3,
    });
    expect(all.headers.etag).toBe('"3"');
    const some = await owner.patch(path, { defaultModel: null, spendCap: { monthlyUsd: 0.000001 } });
    expect(some.body).toEqual({
      ...(all.body as object),
      defaultModel: null,
      spendCap: { monthlyUsd: '0.000001', enforce: true },
      version: 5,
    });
    const read = await owner.get(path);
    expect(read.body).toEqual(some.body);
    expect(read.headers.etag).toBe('"5"');
    expect((await owner.patch(path, { spendCap: null })).body).toMatchObject({ spendCap: null, version: 6 });
  });

  it('keep their version when nothing changes', async () => {
    const path = settingsPath(await createProject(owner));
    const answer = await owner.patch(path, { requestsPerMinute: 60, defaultModel: null, spendCap: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).toBe('"1"');
  });

  it('go to one of two writers who read the same version', async () => {
    const path = settingsPath(await createProject(owner));
    const write = (requestsPerMinute: number) => owner.patch(path, { requestsPerMinute }).set('if-match', '"1"');
    const answers = await Promise.all([write(100), write(200), write(300)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'VERSION_CONFLICT' });
    const won = answers.find(({ status }) => status === 200);
    expect((await owner.get(path)).body).toEqual(won?.body);
  });

  it('refuse a version that has passed or has not come', async () => {
    const path = settingsPath(await createProject(owner));
    expect((await owner.patch(path, { requestsPerMinute: 10 }).set('if-match', '"2"')).status).toBe(409);
    expect((await owner.patch(path, { requestsPerMinute: 10 }).set('if-match', '"0"')).status).toBe(409);
    expect((await owner.patch(path, { requestsPerMinute: 10 }).set('if-match', 'x')).status).toBe(400);
    expect((await owner.patch(path, { requestsPerMinute: 10 }).set('if-match', '*')).status).toBe(200);
  });

  it.each([
    ['tokensPerMinute', 1_000],
    ['tokensPerMinute', null],
    ['endUserBudget', { monthlyUsd: '1' }],
    ['alertThresholds', [50]],
    ['failover', { enabled: false, chain: [] }],
    ['retainContent', 'off'],
    ['keysMayManage', true],
    ['refuseSecretKeysFromBrowsers', false],
    ['leakedKeys', 'notify'],
  ])('refuse %s (%j), which nothing enforces yet, and store nothing beside it', async (field, value) => {
    const path = settingsPath(await createProject(owner));
    const answer = await owner.patch(path, { requestsPerMinute: 10, [field]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      details: { fields: [{ field, problem: expect.stringContaining('not enforced yet') }] },
    });
    expect((await owner.get(path)).body).toMatchObject({ requestsPerMinute: 60, version: 1 });
  });

  it.each([
    [{ requestsPerMinute: 0 }, 'requestsPerMinute'],
    [{ requestsPerMinute: 1_000_001 }, 'requestsPerMinute'],
    [{ requestsPerMinute: 1.5 }, 'requestsPerMinute'],
    [{ requestsPerMinute: '60' }, 'requestsPerMinute'],
    [{ requestsPerMinute: null }, 'requestsPerMinute'],
    [{ testRequestsPerMinute: 0 }, 'testRequestsPerMinute'],
    [{ testRequestsPerMinute: null }, 'testRequestsPerMinute'],
    [{ defaultProvider: '' }, 'defaultProvider'],
    [{ defaultProvider: 'Open AI' }, 'defaultProvider'],
    [{ defaultProvider: ['openai'] }, 'defaultProvider'],
    [{ defaultModel: '' }, 'defaultModel'],
    [{ defaultModel: 'a b' }, 'defaultModel'],
    [{ defaultModel: 'x'.repeat(201) }, 'defaultModel'],
    [{ spendCap: 5 }, 'spendCap'],
    [{ spendCap: [] }, 'spendCap'],
    [{ spendCap: [{ monthlyUsd: '1' }] }, 'spendCap'],
    [{ spendCap: {} }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: null } }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: '-1' } }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: -1 } }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: '1.0000001' } }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: 1_000_000_001 } }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: '9999999999999' } }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: {} } }, 'spendCap.monthlyUsd'],
    [{ spendCap: { monthlyUsd: '1', enforce: 'yes' } }, 'spendCap.enforce'],
    [{ spendCap: { monthlyUsd: '1', enforce: null } }, 'spendCap.enforce'],
    [{ spendCap: { monthlyUsd: '1', currency: 'EUR' } }, 'spendCap.currency'],
    [{ unknown: 1 }, 'unknown'],
  ])('refuse %j', async (body, field) => {
    const path = settingsPath(await createProject(owner));
    const answer = await owner.patch(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', details: { fields: [{ field }] } });
    expect((await owner.get(path)).body).toMatchObject({ version: 1 });
  });
});
