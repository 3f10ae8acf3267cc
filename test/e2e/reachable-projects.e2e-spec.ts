import request from 'supertest';

import { createKey } from '../support/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { addMember, type Caller, callerWith, signUp, signUpOwner } from '../support/person.js';
import { createProject } from '../support/projects.js';

const listed = async (caller: Caller, query = '') => {
  const { status, body } = await caller.get(`/v1/projects${query}`);
  expect(status).toBe(200);
  const { data, nextCursor } = body as { data: { id: string }[]; nextCursor: string | null };
  return { ids: data.map(({ id }) => id), nextCursor };
};

describe('the projects a caller reaches', () => {
  let database: TestDatabase;
  let api: TestApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  it('are those of all organizations of a person, newest first over pages, and no others', async () => {
    const [own, friend, stranger] = [
      await signUpOwner(api.server),
      await signUpOwner(api.server),
      await signUpOwner(api.server),
    ];
    await addMember(database, friend.organizationId, own, 'viewer');
    const made: string[] = [];
    for (const owner of [own, friend, own, friend, friend]) made.push((await createProject(owner)).id);
    await createProject(stranger);

    expect((await listed(own)).ids).toEqual(made.toReversed());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listed(own, `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.ids);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(made.toReversed());
  });

  it('are shown as each of them is', async () => {
    const owner = await signUpOwner(api.server);
    const project = await createProject(owner);
    const { body } = await owner.get('/v1/projects');
    expect(body).toEqual({ data: [(await owner.get(`/v1/projects/${project.id}`)).body], nextCursor: null });
  });

  it('do not contain deleted ones', async () => {
    const owner = await signUpOwner(api.server);
    const [kept, gone] = [await createProject(owner), await createProject(owner)];
    await owner.delete(`/v1/projects/${gone.id}`, { confirm: gone.name });
    expect((await listed(owner)).ids).toEqual([kept.id]);
    expect((await listed(owner, '?limit=1')).ids).toEqual([kept.id]);
  });

  it('are none for somebody without an organization', async () => {
    expect(await listed(await signUp(api.server))).toEqual({ ids: [], nextCursor: null });
  });

  it('are its own one for a secret key', async () => {
    const owner = await signUpOwner(api.server);
    const [project] = [await createProject(owner), await createProject(owner)];
    for (const environment of ['production', 'test']) {
      const { key } = await createKey(owner, project, { environment });
      expect(await listed(callerWith(api.server, key))).toEqual({ ids: [project.id], nextCursor: null });
    }
  });

  it('are not for everybody to ask', async () => {
    const answer = await request(api.server).get('/v1/projects');
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([401, 'SESSION_REQUIRED']);
    const owner = await signUpOwner(api.server);
    expect((await owner.get('/v1/projects?cursor=x')).status).toBe(400);
  });
});
