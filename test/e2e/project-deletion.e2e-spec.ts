import { uuidOf } from '@app/kernel';

import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { callerWith, type Owner, signUpOwner } from '../support/person.js';
import { createProject, projectsPath, settingsPath, type ShownProject } from '../support/projects.js';

describe('deletion of a project over HTTP', () => {
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

  it.each([[{}], [{ confirm: '' }], [{ confirm: 'to go' }], [{ confirm: null }], [{ confirm: 'To go', force: true }]])(
    'needs the typed name: %j',
    async (body) => {
      const { id } = await createProject(owner);
      const answer = await owner.delete(`/v1/projects/${id}`, body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
      expect((await owner.get(`/v1/projects/${id}`)).status).toBe(200);
    },
  );

  it('makes the project unknown everywhere, and its keys too', async () => {
    const project = await createProject(owner);
    const { id, name } = project;
    const { body: key } = await owner.post(`/v1/projects/${id}/api-keys`, { name: 'Server' });
    const keyed = callerWith(api.server, (key as { key: string }).key);
    expect((await keyed.get(`/v1/projects/${id}`)).status).toBe(200);

    const answer = await owner.delete(`/v1/projects/${id}`, { confirm: ` ${name} ` });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ id, deletedAt: expect.stringMatching(/^\d{4}-.*Z$/) });

    for (const path of ['', '/settings', '/api-keys']) {
      expect((await owner.get(`/v1/projects/${id}${path}`)).status).toBe(404);
    }
    expect((await owner.patch(`/v1/projects/${id}`, { name: 'Back' })).status).toBe(404);
    expect((await owner.patch(settingsPath(project), { requestsPerMinute: 1 })).status).toBe(404);
    expect((await owner.post(`/v1/projects/${id}/api-keys`, { name: 'Late' })).status).toBe(404);
    expect((await owner.delete(`/v1/projects/${id}`, { confirm: name })).status).toBe(404);
    const { body } = await owner.get(`${projectsPath(owner)}?limit=200`);
    expect((body as { data: ShownProject[] }).data.map((shown) => shown.id)).not.toContain(id);
    const refused = await keyed.get(`/v1/projects/${id}`);
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([401, 'INVALID_API_KEY']);
  });

  it('frees the slug and leaves no word of the project in its row', async () => {
    const { id, name, slug } = await createProject(owner, { name: 'Phoenix', description: 'Planted prose' });
    await owner.patch(`/v1/projects/${id}/settings`, { defaultProvider: 'planted', defaultModel: 'planted-model' });
    await owner.delete(`/v1/projects/${id}`, { confirm: name });
    expect(await createProject(owner, { name })).toMatchObject({ slug });
    await withClient(database.adminUrl, async (client) => {
      const { rows } = await client.query('select row_to_json(p)::text as row from projects p where project_id = $1', [
        uuidOf(id),
      ]);
      expect(rows).toHaveLength(1);
      expect((rows as { row: string }[])[0]?.row).not.toMatch(/phoenix|planted/i);
    });
  });

  it('happens once when two delete at the same time', async () => {
    const { id, name } = await createProject(owner);
    const answers = await Promise.all([1, 2, 3].map(() => owner.delete(`/v1/projects/${id}`, { confirm: name })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404, 404]);
  });
});
