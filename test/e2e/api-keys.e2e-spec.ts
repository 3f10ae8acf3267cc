import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { tokenOf } from '@app/kernel';
import { startTestApp, type TestApp } from '../support/app.js';
import { comparable } from '../support/comparable.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type CreatedKey, createKey, keysPath } from '../support/api-keys.js';
import {
  addMember,
  type Caller,
  callerWith,
  type Owner,
  signUp,
  signUpOwner,
  UNKNOWN_PROJECT,
} from '../support/person.js';
import { createProject, type ShownProject } from '../support/projects.js';

describe('API keys over HTTP', () => {
  let database: TestDatabase;
  let api: TestApp;
  let otherNode: TestApp;
  let owner: Owner;
  let project: ShownProject;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    const { keyPeppers, encryptionKeys } = api.config;
    otherNode = await startTestApp({ database, config: { keyPeppers, encryptionKeys } });
    owner = await signUpOwner(api.server);
    project = await createProject(owner);
  });
  afterAll(async () => {
    await Promise.all([api.close(), otherNode.close()]);
    await database.drop();
  });

  const keyed = ({ key }: CreatedKey, node = api): Caller => callerWith(node.server, key);
  const revoke = (by: Caller, { id }: Pick<CreatedKey, 'id'>, body?: object) =>
    by.post(`${keysPath(project)}/${id}/revoke`, body);
  const statusOf = async (key: CreatedKey, node = api) =>
    (await keyed(key, node).get(`/v1/projects/${project.id}`)).status;

  describe('creation', () => {
    it('shows the key once, and never again', async () => {
      const answer = await owner.post(keysPath(project), { name: '  Server ', type: 'secret', environment: 'test' });
      expect(answer.status).toBe(201);
      const { key, ...shown } = answer.body as CreatedKey;
      expect(key).toMatch(/^csk_test_[0-9A-Za-z]{49}$/);
      expect(shown).toEqual({
        id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
        name: 'Server',
        type: 'secret',
        environment: 'test',
        prefix: key.slice(0, 'csk_test_'.length + 4),
        status: 'active',
        allowedDomains: [],
        createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        createdBy: { type: 'user', id: owner.accountId },
        expiresAt: null,
        lastUsedAt: null,
        rotationDue: false,
      });
      expect((await owner.get(`${keysPath(project)}/${shown.id}`)).body).toEqual(shown);
      const { body } = await owner.get(keysPath(project));
      expect((body as { data: unknown[] }).data).toContainEqual(shown);
    });

    it('makes a secret production key unless told otherwise', async () => {
      const created = await createKey(owner, project);
      expect(created).toMatchObject({ type: 'secret', environment: 'production' });
      expect(created.key).toMatch(/^csk_[0-9A-Za-z]{49}$/);
    });

    it('answers a repeat with the same Idempotency-Key with the same bytes', async () => {
      const [first, second] = await Promise.all(
        [1, 2].map(() => owner.post(keysPath(project), { name: 'Once' }).set('idempotency-key', 'one-key')),
      );
      expect([first?.status, second?.status]).toEqual([201, 201]);
      expect(second?.text).toBe(first?.text);
    });

    it.each([
      ['no name', {}, 'name'],
      ['an empty name', { name: ' ' }, 'name'],
      ['a name with a line break', { name: 'a\nb' }, 'name'],
      ['a publishable key', { name: 'a', type: 'publishable' }, 'type'],
      ['an agent key', { name: 'a', type: 'agent' }, 'type'],
      ['no type at all', { name: 'a', type: null }, 'type'],
      ['another environment', { name: 'a', environment: 'staging' }, 'environment'],
      ['domains', { name: 'a', allowedDomains: ['example.com'] }, 'allowedDomains'],
      ['models', { name: 'a', allowedModels: null }, 'allowedModels'],
      ['an agent', { name: 'a', agentId: 'agt_1' }, 'agentId'],
      ['a limit', { name: 'a', requestsPerMinute: 5 }, 'requestsPerMinute'],
      ['a budget', { name: 'a', budget: { monthlyUsd: '1', enforce: true } }, 'budget'],
      ['an end in the past', { name: 'a', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
      ['an end that is no time', { name: 'a', expiresAt: 'tomorrow' }, 'expiresAt'],
      ['an end on a day that does not exist', { name: 'a', expiresAt: '2090-02-30T00:00:00Z' }, 'expiresAt'],
      ['an end without a zone', { name: 'a', expiresAt: '2090-01-01T00:00:00' }, 'expiresAt'],
      ['an end as a number', { name: 'a', expiresAt: 4_000_000_000 }, 'expiresAt'],
      ['a key of the caller', { name: 'a', key: 'csk_mine' }, 'key'],
    ])('refuses %s and names the field', async (_, body, field) => {
      const answer = await owner.post(keysPath(project), body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', details: { fields: [{ field }] } });
    });
  });

  it('are listed newest first over pages, each once', async () => {
    const other = await createProject(owner);
    const made: string[] = [];
    for (let i = 0; i < 5; i += 1) made.push((await createKey(owner, other)).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `${keysPath(other)}?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = (await owner.get(path)).body as { data: CreatedKey[]; nextCursor: string | null };
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(made.toReversed());
  });

  describe('revocation', () => {
    it('shuts the key out of every node from the answer on', async () => {
      const key = await createKey(owner, project);
      expect([await statusOf(key), await statusOf(key, otherNode)]).toEqual([200, 200]);
      const answer = await revoke(owner, key);
      expect(answer.status).toBe(200);
      const { key: _, ...shown } = key;
      expect(answer.body).toEqual({ ...shown, status: 'revoked', descendants: 0 });
      expect([await statusOf(key), await statusOf(key, otherNode)]).toEqual([401, 401]);
      const refused = await keyed(key, otherNode).get(`/v1/projects/${project.id}`);
      expect(refused.body).toMatchObject({ code: 'INVALID_API_KEY' });
    });

    it('makes the key look like one that never was', async () => {
      const revoked = await createKey(owner, project);
      await revoke(owner, revoked);
      const neverWas = callerWith(api.server, tokenOf('csk_', randomBytes(32)));
      const mistyped = callerWith(api.server, `${revoked.key.slice(0, -1)}_`);
      const path = `/v1/projects/${project.id}`;
      const expected = comparable(await keyed(revoked).get(path));
      expect(expected.status).toBe(401);
      expect(comparable(await neverWas.get(path))).toEqual(expected);
      expect(comparable(await mistyped.get(path))).toEqual(expected);
    });

    it('may be asked again, with the same answer', async () => {
      const key = await createKey(owner, project);
      const [first, second] = [await revoke(owner, key), await revoke(owner, key, {})];
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body).toEqual(first.body);
    });

    it('counts the live keys that the key made, and takes them along when asked', async () => {
      const parent = await createKey(owner, project);
      const child = await createKey(keyed(parent), project);
      const dead = await createKey(keyed(parent), project);
      const grandchild = await createKey(keyed(dead), project);
      const bystander = await createKey(owner, project);
      await revoke(owner, dead);
      expect(child.createdBy).toEqual({ type: 'api_key', id: parent.id });

      expect((await revoke(owner, parent)).body).toMatchObject({ status: 'revoked', descendants: 2 });
      expect([await statusOf(child), await statusOf(grandchild)]).toEqual([200, 200]);
      expect((await revoke(owner, parent, { descendants: true })).body).toMatchObject({ descendants: 2 });
      expect([await statusOf(child), await statusOf(grandchild)]).toEqual([401, 401]);
      expect((await revoke(owner, parent, { descendants: true })).body).toMatchObject({ descendants: 0 });
      expect(await statusOf(bystander)).toBe(200);
    });

    it.each([{ descendants: 'yes' }, { descendants: null }, { all: true }])('refuses %j', async (body) => {
      const key = await createKey(owner, project);
      expect((await revoke(owner, key, body)).status).toBe(400);
      expect(await statusOf(key)).toBe(200);
    });
  });

  it('end by themselves at their time', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const key = await createKey(owner, project, { expiresAt });
    expect(key).toMatchObject({ status: 'active', expiresAt });
    expect(await statusOf(key)).toBe(200);
    await sleep(1_700);
    expect(await statusOf(key)).toBe(401);
    expect((await owner.get(`${keysPath(project)}/${key.id}`)).body).toMatchObject({ status: 'expired' });
  });

  describe('rights', () => {
    it('let a developer revoke what the developer created and nothing else', async () => {
      const developer = await signUp(api.server);
      await addMember(database, owner.organizationId, developer, 'developer');
      const own = await createKey(developer, project);
      const foreign = await createKey(owner, project);
      const madeByOwn = await createKey(keyed(own), project);
      for (const key of [foreign, madeByOwn]) {
        const refused = await revoke(developer, key);
        expect(refused.status).toBe(403);
        expect(refused.body).toMatchObject({
          code: 'INSUFFICIENT_PERMISSIONS',
          details: { permission: 'api-keys:revoke' },
        });
        expect(await statusOf(key)).toBe(200);
      }
      expect((await revoke(developer, own, { descendants: true })).body).toMatchObject({ descendants: 1 });
      expect(await statusOf(madeByOwn)).toBe(401);
    });

    it('keep viewers out', async () => {
      const viewer = await signUp(api.server);
      await addMember(database, owner.organizationId, viewer, 'viewer');
      const key = await createKey(owner, project);
      expect((await viewer.get(keysPath(project))).status).toBe(403);
      expect((await viewer.get(`${keysPath(project)}/${key.id}`)).status).toBe(403);
      expect((await viewer.post(keysPath(project), { name: 'x' })).status).toBe(403);
      expect((await revoke(viewer, key)).status).toBe(403);
    });

    it('let a secret key manage the keys of its project, itself included', async () => {
      const [key, other] = [await createKey(owner, project), await createKey(owner, project)];
      expect((await keyed(key).get(keysPath(project))).status).toBe(200);
      expect((await revoke(keyed(key), other)).status).toBe(200);
      expect((await revoke(keyed(key), key)).status).toBe(200);
      expect((await revoke(keyed(key), key)).status).toBe(401);
    });

    it('let a test key read only', async () => {
      const key = await createKey(owner, project, { environment: 'test' });
      expect((await keyed(key).get(keysPath(project))).status).toBe(200);
      expect((await keyed(key).post(keysPath(project), { name: 'x' })).status).toBe(403);
      expect((await revoke(keyed(key), key)).status).toBe(403);
    });

    it('answer 404 byte-equal for keys of other projects, unknown and malformed ids', async () => {
      const elsewhere = await createProject(owner);
      const foreign = await createKey(owner, elsewhere);
      const key = await createKey(owner, project);
      const ids = [foreign.id, UNKNOWN_PROJECT.replace('prj', 'key'), 'key_x', 'x', `${key.id}x`, project.id];
      const answers = [
        ...(await Promise.all(ids.map((id) => owner.get(`${keysPath(project)}/${id}`)))),
        ...(await Promise.all(ids.map((id) => owner.post(`${keysPath(project)}/${id}/revoke`)))),
        ...(await Promise.all([
          keyed(key).get(keysPath(elsewhere)),
          keyed(key).post(keysPath(elsewhere), { name: 'x' }),
          keyed(key).get(`/v1/projects/${UNKNOWN_PROJECT}/api-keys`),
        ])),
      ];
      expect(new Set(answers.map((answer) => JSON.stringify(comparable(answer))))).toHaveProperty('size', 1);
      expect(answers[0]?.status).toBe(404);
      expect(await statusOf(foreign)).toBe(404);
    });
  });
});
