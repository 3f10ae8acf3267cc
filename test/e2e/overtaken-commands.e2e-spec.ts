import { uuidOf } from '@app/kernel';

import { createKey, keysPath } from '../support/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { overtake } from '../support/organization-lock.js';
import { callerWith, type Owner, signUpOwner } from '../support/person.js';
import { createProject, settingsPath, type ShownProject } from '../support/projects.js';

describe('a command that is overtaken while it waits for its turn', () => {
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

  it('makes no key for a key that has been revoked meanwhile', async () => {
    const parent = await createKey(owner, project);
    const keyed = callerWith(api.server, parent.key);
    const answer = await overtake(
      database,
      owner.organizationId,
      () => keyed.post(keysPath(project), { name: 'Too late' }),
      (client) => client.query('update api_keys set revoked_at = now() where api_key_id = $1', [uuidOf(parent.id)]),
    );
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code: 'INVALID_API_KEY' });
    const { body } = await owner.get(keysPath(project));
    expect(body).toMatchObject({ data: [{ id: parent.id }] });
  });

  it.each([
    ['makes no key', () => owner.post(keysPath(project), { name: 'Too late' })],
    ['connects no provider', () => owner.put(`/v1/projects/${project.id}/providers/openai`, { apiKey: 'sk-1' })],
  ])('%s in a project that has been deleted meanwhile', async (_, send) => {
    const answer = await overtake(database, owner.organizationId, send, (client) =>
      client.query(`update projects set status = 'deleted', deleted_at = now() where project_id = $1`, [
        uuidOf(project.id),
      ]),
    );
    expect(answer.status).toBe(404);
    expect((await owner.get(settingsPath(project))).status).toBe(404);
  });
});
