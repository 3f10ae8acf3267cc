import { startTestApp, type TestApp } from '../support/app.js';
import { comparable } from '../support/comparable.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { addMember, type Owner, signUp, signUpOwner, UNKNOWN_PROJECT } from '../support/person.js';
import { createProject, projectsPath, type ShownProject } from '../support/projects.js';

describe('projects over HTTP', () => {
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

  describe('creation', () => {
    it('answers the project, and the next reads show the same', async () => {
      const answer = await owner.post(projectsPath(owner), { name: '  Support Bot ', description: 'Helps\ncustomers' });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^prj_[0-9a-z]{26}$/),
        organizationId: owner.organizationId,
        name: 'Support Bot',
        slug: 'support-bot',
        region: 'us-east-1',
        description: 'Helps\ncustomers',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
      const { id } = answer.body as ShownProject;
      expect((await owner.get(`/v1/projects/${id}`)).body).toEqual(answer.body);
      const { body } = await owner.get(projectsPath(owner));
      expect((body as { data: unknown[] }).data).toContainEqual(answer.body);
    });

    it('takes a region of the instance, and no other', async () => {
      expect(await createProject(owner, { region: 'eu-central-1' })).toMatchObject({ region: 'eu-central-1' });
      const answer = await owner.post(projectsPath(owner), { name: 'Elsewhere', region: 'mars-1' });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ details: { fields: [{ field: 'region' }] } });
    });

    it('makes a slug of a name without a Latin letter', async () => {
      const project = await createProject(owner, { name: '日本語' });
      expect(project).toMatchObject({ name: '日本語', slug: `project-${project.id.slice(-8)}` });
    });

    it('gives a slug once in an organization, also when two ask at the same time', async () => {
      const answers = await Promise.all(
        [1, 2, 3].map(() => owner.post(projectsPath(owner), { name: 'Twice at once' })),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
      const refused = answers.find(({ status }) => status === 409);
      expect(refused?.body).toMatchObject({ code: 'CONFLICT', details: { slug: 'twice-at-once' } });
    });

    it('leaves the slugs of other organizations alone', async () => {
      const other = await signUpOwner(api.server);
      await createProject(owner, { name: 'Shared name' });
      expect(await createProject(other, { name: 'Shared name' })).toMatchObject({ slug: 'shared-name' });
    });

    it('is done once for an Idempotency-Key, and a repeat gets the same bytes', async () => {
      const create = (name: string) => owner.post(projectsPath(owner), { name }).set('idempotency-key', 'make-once');
      const [first, second] = await Promise.all([create('Made once'), create('Made once')]);
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(second.text).toBe(first.text);
      expect((await create('Made twice')).status).toBe(422);
    });

    it.each([
      ['no name', {}, 'name'],
      ['a name of the wrong type', { name: 7 }, 'name'],
      ['an empty name', { name: ' \u200b ' }, 'name'],
      ['an endless name', { name: 'x'.repeat(101) }, 'name'],
      ['a name with a control character', { name: 'a\u0007b' }, 'name'],
      ['a name with NUL', { name: 'a\0b' }, undefined],
      ['a region of the wrong type', { name: 'a', region: null }, 'region'],
      ['an endless description', { name: 'a', description: 'x'.repeat(501) }, 'description'],
      ['a description with a control character', { name: 'a', description: 'a\u0007b' }, 'description'],
      ['a field nobody knows', { name: 'a', slug: 'mine' }, 'slug'],
    ])('refuses %s and names the field', async (_, body, field) => {
      const answer = await owner.post(projectsPath(owner), body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
      if (field !== undefined) expect(answer.body).toMatchObject({ details: { fields: [{ field }] } });
    });
  });

  describe('the list of an organization', () => {
    it('pages through every project once, newest first, while others are made', async () => {
      const lister = await signUpOwner(api.server);
      const made: ShownProject[] = [];
      for (let i = 0; i < 5; i += 1) made.push(await createProject(lister));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const path: string = `${projectsPath(lister)}?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
        const { status, body } = await lister.get(path);
        expect(status).toBe(200);
        const page = body as { data: ShownProject[]; nextCursor: string | null };
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.nextCursor;
        await createProject(lister);
      } while (cursor !== null);
      expect(seen).toEqual(made.map(({ id }) => id).toReversed());
    });

    it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=x', 'cursor=WyJ4Il0', 'cursor=WzFd', 'offset=1'])(
      'refuses ?%s',
      async (query) => {
        const answer = await owner.get(`${projectsPath(owner)}?${query}`);
        expect(answer.status).toBe(400);
        expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
      },
    );
  });

  describe('a change of details', () => {
    it('keeps slug, region and what it leaves out', async () => {
      const project = await createProject(owner, { name: 'Before', description: 'Stays' });
      const answer = await owner.patch(`/v1/projects/${project.id}`, { name: 'After' });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ ...project, name: 'After' });
      expect((await owner.get(`/v1/projects/${project.id}`)).body).toEqual(answer.body);
      const bare = await owner.patch(`/v1/projects/${project.id}`, { description: null });
      expect(bare.body).toEqual({ ...project, name: 'After', description: null });
      expect((await owner.patch(`/v1/projects/${project.id}`, {})).body).toEqual(bare.body);
    });

    it.each([
      ['a region', { region: 'eu-central-1' }, 'region', 'cannot be changed'],
      ['a slug', { slug: 'other' }, 'slug', 'is not a field of this request'],
      ['no name at all', { name: null }, 'name', ''],
      ['an empty name', { name: '' }, 'name', ''],
    ])('refuses %s', async (_, body, field, problem) => {
      const { id } = await createProject(owner);
      const answer = await owner.patch(`/v1/projects/${id}`, body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        details: { fields: [{ field, problem: expect.stringContaining(problem) }] },
      });
    });
  });

  describe('rights', () => {
    it('answer 404 byte-equal for foreign, unknown, deleted and malformed ids', async () => {
      const stranger = await signUpOwner(api.server);
      const { id } = await createProject(owner);
      const gone = await createProject(owner);
      await owner.delete(`/v1/projects/${gone.id}`, { confirm: gone.name });
      const ids = [id, gone.id, UNKNOWN_PROJECT, 'prj_x', 'x', `${id}%00`, owner.organizationId];
      for (const path of ['', '/settings', '/api-keys']) {
        const answers = await Promise.all(ids.map((some) => stranger.get(`/v1/projects/${some}${path}`)));
        expect(new Set(answers.map((answer) => JSON.stringify(comparable(answer))))).toHaveProperty('size', 1);
        expect(answers[0]?.status).toBe(404);
      }
      const foreign = await stranger.get(projectsPath(owner));
      const unknown = await stranger.get(`/v1/organizations/org_01936f0a00e00080000000000g/projects`);
      expect(foreign.status).toBe(404);
      expect(comparable(unknown)).toEqual(comparable(foreign));
    });

    it('let an admin do everything but delete, a developer read, and a viewer see the project only', async () => {
      const { id } = await createProject(owner);
      const [admin, developer, viewer] = await Promise.all([1, 2, 3].map(() => signUp(api.server)));
      if (!admin || !developer || !viewer) throw new Error('three people');
      await addMember(database, owner.organizationId, admin, 'admin');
      await addMember(database, owner.organizationId, developer, 'developer');
      await addMember(database, owner.organizationId, viewer, 'viewer');
      const statuses = async (person: typeof admin) => [
        (await person.get(`/v1/projects/${id}`)).status,
        (await person.get(`/v1/projects/${id}/settings`)).status,
        (await person.patch(`/v1/projects/${id}/settings`, {})).status,
        (await person.patch(`/v1/projects/${id}`, {})).status,
        (await person.post(projectsPath(owner), { name: `By ${person.accountId.slice(-6)}` })).status,
        (await person.delete(`/v1/projects/${id}`, { confirm: 'x' })).status,
      ];
      expect(await statuses(admin)).toEqual([200, 200, 200, 200, 201, 403]);
      expect(await statuses(developer)).toEqual([200, 200, 403, 403, 403, 403]);
      expect(await statuses(viewer)).toEqual([200, 403, 403, 403, 403, 403]);
    });
  });
});
