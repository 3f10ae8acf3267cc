import { Writable } from 'node:stream';

import { uuidOf } from '@app/kernel';

import { createKey, keysPath } from '../support/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { dumpOf } from '../support/dump.js';
import { callerWith, type Owner, signUpOwner } from '../support/person.js';
import { findPlantedSecrets } from '../support/planted-secrets.js';
import { createProject, settingsPath } from '../support/projects.js';
import { providersPath, PUBLIC_BASE_URL } from '../support/providers.js';

describe('secrets of a project', () => {
  let database: TestDatabase;
  let api: TestApp;
  let owner: Owner;
  const log: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const stream = new Writable({
      write: (chunk: Buffer, _, done) => {
        log.push(chunk.toString());
        done();
      },
    });
    api = await startTestApp({ database, log: stream });
    owner = await signUpOwner(api.server);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const stored = async (projectId: `prj_${string}`): Promise<number> => {
    let count = 0;
    await withClient(database.adminUrl, async (client) => {
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::int as count from secrets where project_id = $1',
        [uuidOf(projectId)],
      );
      count = rows[0]?.count ?? 0;
    });
    return count;
  };

  it('stand in no table and no log, and in no answer but the one that made them', async () => {
    const project = await createProject(owner);
    const credential = 'sk-planted-provider-credential-1';
    const replaced = 'sk-planted-provider-credential-2';
    const answers: string[] = [];
    const keep = (answer: { text: string }) => answers.push(answer.text);

    const ask = () => owner.post(keysPath(project), { name: 'Planted' }).set('idempotency-key', 'planted-idempotency');
    const [first, repeat] = [await ask(), await ask()];
    expect(repeat.text).toBe(first.text);
    const { key, id } = first.body as { key: string; id: `key_${string}` };
    const keyed = callerWith(api.server, key);
    const { key: child } = await createKey(keyed, project);

    const provider = `${providersPath(project)}/acme`;
    keep(await keyed.put(provider, { apiKey: credential, baseUrl: PUBLIC_BASE_URL, setAsDefault: true }));
    keep(await keyed.put(provider, { apiKey: replaced, baseUrl: PUBLIC_BASE_URL }));
    keep(await keyed.put(provider, { apiKey: `${credential} `, baseUrl: PUBLIC_BASE_URL }));
    keep(await keyed.put(provider, { baseUrl: 'https://1.0.0.1/v1' }));
    keep(await keyed.get(provider));
    keep(await owner.get(providersPath(project)));
    keep(await owner.get(settingsPath(project)));
    keep(await owner.get(keysPath(project)));
    keep(await owner.get(`${keysPath(project)}/${id}`));
    keep(await keyed.post(keysPath(project), { name: 'x', key }));
    keep(await callerWith(api.server, `${key}x`).get(keysPath(project)));
    keep(await owner.post(`${keysPath(project)}/${id}/revoke`));
    keep(await keyed.get(keysPath(project)));

    const planted = { key, child, credential, replaced, idempotencyKey: 'planted-idempotency' };
    expect(findPlantedSecrets(planted, answers.join('\n'))).toEqual([]);
    expect(findPlantedSecrets(planted, log.join('\n'))).toEqual([]);
    expect(log.length).toBeGreaterThan(10);
    const dump = await dumpOf(database);
    expect(findPlantedSecrets(planted, dump)).toEqual([]);
    expect(dump).toContain(`...${replaced.slice(-4)}`);
  });

  it('leave with their replacement and with their connection', async () => {
    const project = await createProject(owner);
    const provider = `${providersPath(project)}/openai`;
    for (const apiKey of ['sk-first-credential', 'sk-second-credential']) await owner.put(provider, { apiKey });
    expect(await stored(project.id)).toBe(1);
    await owner.delete(provider);
    expect(await stored(project.id)).toBe(0);
  });

  it('and names leave with the project: nothing but sealed ones stay', async () => {
    const words = {
      project: 'Planted project name',
      description: 'Planted description',
      key: 'Planted key name',
      baseUrl: `${PUBLIC_BASE_URL}/planted-path`,
      model: 'planted-model-name',
    };
    const project = await createProject(owner, { name: words.project, description: words.description });
    await owner.patch(settingsPath(project), { defaultModel: words.model });
    await createKey(owner, project, { name: words.key });
    const revoked = await createKey(owner, project, { name: words.key });
    await owner.post(`${keysPath(project)}/${revoked.id}/revoke`);
    await owner.put(`${providersPath(project)}/planted-provider`, {
      apiKey: 'sk-some-credential',
      baseUrl: words.baseUrl,
      models: [{ id: words.model, inputUsdPerMillion: 1, outputUsdPerMillion: 1 }],
    });
    await owner.delete(`/v1/projects/${project.id}`, { confirm: words.project });
    const planted = { ...words, slug: 'planted-project-name', provider: 'planted-provider' };
    expect(findPlantedSecrets(planted, await dumpOf(database))).toEqual([]);
  });
});
