import { ApiKeyPrincipalResolver } from '@app/api-keys';
import { CommandRunner } from '@app/event-store';
import { DomainError, uuidOf } from '@app/kernel';

import { createKey, type CreatedKey, keysPath } from '../support/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { callerWith, type Owner, signUpOwner } from '../support/person.js';
import { createProject, type ShownProject } from '../support/projects.js';

const LIMIT = 1_000;

describe('many API keys in a project', () => {
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

  /** Rows as the projection writes them, of keys that nobody knows. */
  const insertKeys = (count: number, columns: string) =>
    withClient(database.adminUrl, (client) =>
      client.query(
        `insert into api_keys (organization_id, api_key_id, project_id, name, key_type, environment, prefix, digest,
                               pepper_id, created_by_type, created_at, expires_at, revoked_at)
         select $1, gen_random_uuid(), $2, 'Bulk', 'secret', 'production', 'csk_bulk', gen_random_uuid()::text,
                'p1', 'system', now(), ${columns}
           from generate_series(1, $3)`,
        [uuidOf(owner.organizationId), uuidOf(project.id), count],
      ),
    );

  it('are refused above the limit; revoked and expired ones do not count', async () => {
    await insertKeys(LIMIT - 2, 'null, null');
    await insertKeys(LIMIT, `now() - interval '1 minute', null`);
    await insertKeys(LIMIT, 'null, now()');
    await insertKeys(1, `now() + interval '1 hour', null`);
    await createKey(owner, project);
    const refused = await owner.post(keysPath(project), { name: 'One too many' });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'CONFLICT', details: { limit: LIMIT } });
    await createKey(owner, await createProject(owner));
  });

  /** More than are revoked in one transaction, each made by the one before or by the first. */
  const familyOf = async (root: CreatedKey): Promise<readonly CreatedKey[]> => {
    const family: CreatedKey[] = [];
    while (family.length < 110) {
      const parent = (family.length % 2 === 0 ? root : family.at(-1)) ?? root;
      family.push(await createKey(callerWith(api.server, parent.key), project));
    }
    return family;
  };
  const liveOf = async (family: readonly CreatedKey[]): Promise<number> => {
    const resolver = api.app.get(ApiKeyPrincipalResolver);
    const principals = await Promise.all(family.map(({ key }) => resolver.resolve(key)));
    return principals.filter((principal) => principal !== null).length;
  };

  describe('made by one key', () => {
    it('are all revoked with it when the answer comes', async () => {
      const root = await createKey(owner, project);
      const family = await familyOf(root);
      const answer = await owner.post(`${keysPath(project)}/${root.id}/revoke`, { descendants: true });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ descendants: family.length });
      expect(await liveOf(family)).toBe(0);
    }, 60_000);

    it('are all revoked by the repeat of a request that was cut off in the middle', async () => {
      const root = await createKey(owner, project);
      const family = await familyOf(root);
      const ask = () =>
        owner.post(`${keysPath(project)}/${root.id}/revoke`, { descendants: true }).set('idempotency-key', 'cut-off');
      const runner = api.app.get(CommandRunner);
      const transaction = runner.transaction.bind(runner);
      const cut = jest.spyOn(runner, 'transaction');
      cut.mockImplementationOnce(transaction).mockImplementationOnce(transaction);
      cut.mockRejectedValueOnce(new DomainError('SERVICE_UNAVAILABLE'));
      expect((await ask()).status).toBe(503);
      cut.mockRestore();
      expect(await liveOf(family)).toBe(family.length - 50);
      const answer = await ask();
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ descendants: family.length });
      expect(await liveOf(family)).toBe(0);
    }, 60_000);
  });
});
