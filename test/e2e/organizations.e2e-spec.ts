import { randomBytes } from 'node:crypto';

import { uuidOf } from '@app/kernel';
import { Secret } from '@app/platform';
import request from 'supertest';

import { startTestApp, type TestApp } from '../support/app.js';
import { comparable } from '../support/comparable.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { callerWith, type Person, signUp } from '../support/person.js';

interface Organization {
  readonly id: `org_${string}`;
  readonly name: string;
  readonly slug: string;
  readonly role: string;
  readonly createdAt: string;
}

const PLAIN_BODY = { name: 'Acme' };

describe('organizations over HTTP', () => {
  let database: TestDatabase;
  let api: TestApp;
  let otherNode: TestApp;
  let ada: Person;
  let eve: Person;

  const as = ({ token }: Person, on = api) => callerWith(on.server, token);
  const withKey = (person: Person, key: string, body: object = PLAIN_BODY, on = api) =>
    as(person, on).post('/v1/organizations', body).set('idempotency-key', key);
  const create = async (person: Person, name: string): Promise<Organization> => {
    const answer = await as(person).post('/v1/organizations', { name });
    expect(answer.status).toBe(201);
    return answer.body as Organization;
  };
  const setRole = (organization: Organization, role: string | null) =>
    withClient(database.adminUrl, (client) =>
      role === null
        ? client.query('delete from memberships where organization_id = $1', [uuidOf(organization.id)])
        : client.query('update memberships set role = $2 where organization_id = $1', [uuidOf(organization.id), role]),
    );

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    const { keyPeppers, encryptionKeys } = api.config;
    otherNode = await startTestApp({ database, config: { keyPeppers, encryptionKeys } });
    ada = await signUp(api.server);
    eve = await signUp(api.server);
  });
  afterAll(async () => {
    await Promise.all([api.close(), otherNode.close()]);
    await database.drop();
  });

  it('belong to whoever makes them, at once and on every node', async () => {
    const organization = await create(ada, '  Acme Corp ');
    expect(organization).toEqual({
      id: expect.stringMatching(/^org_[0-9a-z]{26}$/),
      name: 'Acme Corp',
      slug: `acme-corp-${organization.id.slice(-8)}`,
      role: 'owner',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const shown = await as(ada, otherNode).get(`/v1/organizations/${organization.id}`);
    expect(shown.status).toBe(200);
    expect(shown.body).toEqual(organization);
    expect(shown.headers['etag']).toBe('"1"');
    const [first] = (await as(ada).get('/v1/organizations')).body.data as Organization[];
    expect(first).toEqual(organization);
  });

  it('need a session', async () => {
    for (const answer of [
      await request(api.server).get('/v1/organizations'),
      await request(api.server).post('/v1/organizations').send(PLAIN_BODY),
      await request(api.server).get('/v1/organizations/org_01h455vb4pex5vsknk084sn02q'),
    ]) {
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ code: 'SESSION_REQUIRED' });
    }
  });

  it.each([
    ['no name', {}],
    ['an empty name', { name: '   ' }],
    ['a name too long', { name: 'x'.repeat(101) }],
    ['a name of another type', { name: { $ne: '' } }],
    ['a name with NUL', { name: 'a\0b' }],
    ['a name with a line break', { name: 'a\nb' }],
    ['a name that reads backwards', { name: 'a\u202eb' }],
    ['a slug of their own', { name: 'Acme', slug: 'acme' }],
    ['an owner of their own', { name: 'Acme', ownerId: 'usr_01h455vb4pex5vsknk084sn02q' }],
  ])('refuse %s, made or renamed', async (_, body) => {
    const organization = await create(ada, 'Proper');
    for (const answer of [
      await as(ada).post('/v1/organizations', body),
      await as(ada).patch(`/v1/organizations/${organization.id}`, body),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  });

  describe('of others', () => {
    it('look exactly like none, and like nonsense', async () => {
      const foreign = await create(ada, 'Private');
      for (const send of [
        (id: string) => as(eve).get(`/v1/organizations/${id}`),
        (id: string) => as(eve).patch(`/v1/organizations/${id}`, { name: 'Stolen' }),
      ]) {
        const answer = await send(foreign.id);
        expect(answer.status).toBe(404);
        expect(answer.body).toMatchObject({ code: 'NOT_FOUND' });
        for (const id of [
          'org_01h455vb4pex5vsknk084sn02q',
          'org_00000000000000000000000000',
          foreign.id.toUpperCase(),
          foreign.id.replace('org_', 'prj_'),
          `${foreign.id}x`,
          'nonsense',
          '%00',
          "'%20or%201=1",
        ]) {
          expect(comparable(await send(id))).toEqual(comparable(answer));
        }
      }
      expect((await as(ada).get(`/v1/organizations/${foreign.id}`)).body).toMatchObject({ name: 'Private' });
    });

    it('are in no list', async () => {
      await create(ada, 'Only mine');
      const { data } = (await as(eve).get('/v1/organizations')).body as { data: Organization[] };
      expect(data).toEqual([]);
    });
  });

  describe('made with an Idempotency-Key', () => {
    it('are one, and every repeat gets the same bytes, also at once on several nodes', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          withKey(eve, 'one-for-all', { name: 'Once' }, i % 2 === 0 ? api : otherNode),
        ),
      );
      answers.push(await withKey(eve, 'one-for-all', { name: 'Once' }));
      expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(201));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      const { data } = (await as(eve).get('/v1/organizations')).body as { data: Organization[] };
      expect(data.filter(({ name }) => name === 'Once')).toHaveLength(1);
    });

    it('are one also when the peppers rotate between the first request and its repeat', async () => {
      const { keyPeppers, encryptionKeys } = api.config;
      const newer = { id: 'p2', key: new Secret(randomBytes(32).toString('base64')) };
      const rotated = await startTestApp({ database, config: { keyPeppers: [newer, ...keyPeppers], encryptionKeys } });
      const first = await withKey(eve, 'over-a-rotation', { name: 'Rotated' });
      const repeat = await withKey(eve, 'over-a-rotation', { name: 'Rotated' }, rotated);
      expect([repeat.status, repeat.text]).toEqual([201, first.text]);
      const { data } = (await as(eve, rotated).get('/v1/organizations')).body as { data: Organization[] };
      expect(data.filter(({ name }) => name === 'Rotated')).toHaveLength(1);
      await rotated.close();
    });

    it('are refused for another body', async () => {
      await withKey(eve, 'two-bodies', { name: 'First' });
      const answer = await withKey(eve, 'two-bodies', { name: 'Second' });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    });

    it('are another one for another person', async () => {
      const [hers, his] = [await withKey(ada, 'shared-key'), await withKey(eve, 'shared-key')];
      expect([hers.status, his.status]).toEqual([201, 201]);
      expect((hers.body as Organization).id).not.toBe((his.body as Organization).id);
    });

    it('do not stop a corrected retry after a refusal', async () => {
      expect((await withKey(eve, 'corrected', { name: '' })).status).toBe(400);
      expect((await withKey(eve, 'corrected', { name: 'Corrected' })).status).toBe(201);
    });
  });

  describe('renamed', () => {
    it('show their new name and version, and keep slug and id', async () => {
      const organization = await create(ada, 'Old name');
      const answer = await as(ada).patch(`/v1/organizations/${organization.id}`, { name: ' New name ' });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ ...organization, name: 'New name' });
      expect(answer.headers['etag']).toBe('"2"');
      const shown = await as(ada, otherNode).get(`/v1/organizations/${organization.id}`);
      expect([shown.body, shown.headers['etag']]).toEqual([answer.body, '"2"']);
      const again = await as(ada).patch(`/v1/organizations/${organization.id}`, { name: 'New name' });
      expect(again.headers['etag']).toBe('"2"');
    });

    it('by somebody who saw an older version: refused, nothing changed', async () => {
      const organization = await create(ada, 'Version one');
      const path = `/v1/organizations/${organization.id}`;
      expect((await as(ada).patch(path, { name: 'Version two' }).set('if-match', '"1"')).status).toBe(200);
      const stale = await as(ada).patch(path, { name: 'Version three' }).set('if-match', '"1"');
      expect(stale.status).toBe(409);
      expect(stale.body).toMatchObject({ code: 'VERSION_CONFLICT' });
      expect((await as(ada).get(path)).body).toMatchObject({ name: 'Version two' });
      expect((await as(ada).patch(path, { name: 'x' }).set('if-match', 'rubbish')).status).toBe(400);
    });

    it('by two at once who saw the same version: one wins', async () => {
      const organization = await create(ada, 'Contested');
      const path = `/v1/organizations/${organization.id}`;
      const answers = await Promise.all([
        as(ada).patch(path, { name: 'Left' }).set('if-match', '"1"'),
        as(ada, otherNode).patch(path, { name: 'Right' }).set('if-match', '"1"'),
      ]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    });

    it.each(['developer', 'viewer'])('by a %s: refused, with the missing permission', async (role) => {
      const organization = await create(ada, 'Guarded');
      await setRole(organization, role);
      const path = `/v1/organizations/${organization.id}`;
      const answer = await as(ada).patch(path, { name: 'Taken over' });
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({
        code: 'INSUFFICIENT_PERMISSIONS',
        details: { permission: 'organizations:update' },
      });
      expect((await as(ada).get(path)).body).toMatchObject({ name: 'Guarded', role });
    });
  });

  it('are gone for a member who was removed, with the next request on every node', async () => {
    const organization = await create(ada, 'Left behind');
    expect((await as(ada, otherNode).get(`/v1/organizations/${organization.id}`)).status).toBe(200);
    await setRole(organization, null);
    expect((await as(ada, otherNode).get(`/v1/organizations/${organization.id}`)).status).toBe(404);
    expect((await as(ada).get(`/v1/organizations/${organization.id}`)).status).toBe(404);
  });

  describe('in a list', () => {
    it('come newest first, each once, page by page, however the pages are cut', async () => {
      const reader = await signUp(api.server);
      const made: string[] = [];
      for (let i = 0; i < 5; i += 1) made.unshift((await create(reader, `Number ${i}`)).id);
      for (const limit of [1, 2, 5, 200]) {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const query: Record<string, string | number> = cursor === null ? { limit } : { limit, cursor };
          const { body } = await as(reader).get('/v1/organizations').query(query);
          const page = body as { data: Organization[]; nextCursor: string | null };
          seen.push(...page.data.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(seen).toEqual(made);
      }
    });

    it.each([
      { limit: 0 },
      { limit: 201 },
      { limit: 'many' },
      { cursor: 'nonsense' },
      { cursor: Buffer.from('["2026-99-99T99:99:99.999999Z","org_01h455vb4pex5vsknk084sn02q"]').toString('base64url') },
      { cursor: Buffer.from('["2026-11-20T12:00:00.000000Z","usr_01h455vb4pex5vsknk084sn02q"]').toString('base64url') },
      { order: 'name' },
    ])('refuse the query %j', async (query) => {
      const answer = await as(ada).get('/v1/organizations').query(query);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
    });
  });
});
