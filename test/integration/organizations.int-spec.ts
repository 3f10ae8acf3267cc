import { CreateOrganization, type NewOrganization, RenameOrganization } from '@app/organizations';
import { RolePermissionSource } from '@app/members';
import { type AccountId, idOf, type IdempotencyClaim, type OrganizationId, type ProjectId, uuidOf } from '@app/kernel';
import { Database, newId, type Principal } from '@app/platform';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Client } from 'pg';

import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { codeOf, peopleMigrations, requestFrom, startPeople } from '../support/people.js';

const contextOf = (accountId: AccountId, idempotency?: IdempotencyClaim) => ({
  ...requestFrom('203.0.113.1'),
  actor: { type: 'user' as const, id: accountId },
  ...(idempotency === undefined ? {} : { idempotency }),
});

const person = (accountId: AccountId): Principal => ({ type: 'user', accountId, sessionId: newId('ses') });

describe('organizations', () => {
  let database: TestDatabase;
  let node: INestApplicationContext;
  let otherNode: INestApplicationContext;
  const ada = newId('usr');
  const eve = newId('usr');

  beforeAll(async () => {
    database = await createTestDatabase(peopleMigrations);
    [node, otherNode] = await Promise.all([startPeople(database.url), startPeople(database.url)]);
  });
  afterAll(async () => {
    await Promise.all([node.close(), otherNode.close()]);
    await database.drop();
  });

  const create = (ownerId: AccountId, name = 'Acme', claim?: IdempotencyClaim, on = node): Promise<NewOrganization> =>
    on.get(CommandBus).execute(new CreateOrganization({ name, ownerId }, contextOf(ownerId, claim)));
  const rename = (
    organizationId: OrganizationId,
    name: string,
    expectedVersion?: number,
    on = node,
  ): Promise<unknown> =>
    on
      .get(CommandBus)
      .execute(
        new RenameOrganization(
          { organizationId, name },
          { ...contextOf(ada), organizationId, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
        ),
      );
  const rows = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> => {
    let found: Row[] = [];
    await withClient(database.adminUrl, async (client: Client) => {
      found = (await client.query<Row>(sql, values)).rows;
    });
    return found;
  };

  describe('when created', () => {
    it('have their owner in the same transaction, and their name sealed in the event', async () => {
      const organization = await create(ada, ' Acme  Corp ');
      const [row] = await rows(
        `select o.name, o.slug, m.role, m.account_id, m.since = o.created_at as "atOnce", e.data::text as data
           from organizations o join memberships m using (organization_id) join events e using (organization_id)
          where organization_id = $1`,
        [uuidOf(organization.id)],
      );
      expect(row).toEqual({
        name: 'Acme  Corp',
        slug: organization.slug,
        role: 'owner',
        account_id: uuidOf(ada),
        atOnce: true,
        data: expect.not.stringMatching(/acme/i),
      });
    });

    it('are one for all repeats of an Idempotency-Key, also at once on several nodes', async () => {
      const claim = { claim: 'a'.repeat(64), body: 'b'.repeat(64), key: 'my-key' };
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, i) => create(ada, 'Repeated', claim, i % 2 === 0 ? node : otherNode)),
      );
      answers.push(await create(ada, 'Repeated', claim));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await rows(`select from organizations where name = 'Repeated'`)).toHaveLength(1);
    });

    it('are refused with another body under the same Idempotency-Key', async () => {
      const claim = { claim: 'a'.repeat(64), body: 'c'.repeat(64), key: 'my-key' };
      expect(await codeOf(create(ada, 'Other', claim))).toBe('IDEMPOTENCY_MISMATCH');
    });

    it('do not become a second one, nor the same one again, when the answer is forgotten', async () => {
      const claim = { claim: 'd'.repeat(64), body: 'b'.repeat(64), key: 'another-key' };
      await create(ada, 'Forgotten', claim);
      await rows(`update idempotent_answers set created_at = created_at - interval '25 hours'`);
      expect(await codeOf(create(ada, 'Forgotten', claim))).toBe('CONFLICT');
      expect(await rows(`select from organizations where name = 'Forgotten'`)).toHaveLength(1);
    });

    it.each(['', '   ', 'a\u0000b', 'a\nb', 'x'.repeat(101), 'a\ud800'])('need a proper name: %j', async (name) => {
      expect(await codeOf(create(ada, name))).toBe('VALIDATION_FAILED');
    });
  });

  it('are renamed by one of those who saw the same version, and keep their slug', async () => {
    const organization = await create(ada);
    const codes = await Promise.all([
      codeOf(rename(organization.id, 'Left', 1)),
      codeOf(rename(organization.id, 'Right', 1, otherNode)),
    ]);
    expect(codes.toSorted()).toEqual(['VERSION_CONFLICT', 'ok']);
    const [row] = await rows<{ name: string }>(
      'select name, slug, version from organizations where organization_id = $1',
      [uuidOf(organization.id)],
    );
    expect(row).toEqual({ name: expect.stringMatching(/Left|Right/), slug: organization.slug, version: 2 });
  });

  it('are not seen from another organization, whatever the query asks for', async () => {
    const [mine, foreign] = [await create(ada, 'Mine'), await create(eve, 'Foreign')];
    const visible = await node.get(Database).inOrganization(mine.id, async (tx) => ({
      organizations: await tx.query('select name from organizations'),
      members: await tx.query('select account_id from memberships'),
    }));
    expect(visible).toEqual({ organizations: [{ name: 'Mine' }], members: [{ account_id: uuidOf(ada) }] });
    await expect(
      node
        .get(Database)
        .inOrganization(mine.id, (tx) =>
          tx.query(`insert into memberships values ($1, $2, 'owner', now())`, [uuidOf(foreign.id), uuidOf(ada)]),
        ),
    ).rejects.toThrow(/row-level security/);
  });

  describe('and their projects', () => {
    let organization: NewOrganization;
    const live = newId('prj');
    const deleted = newId('prj');
    const key = (projectId: ProjectId, keyType: 'secret' | 'publishable' | 'agent'): Principal => ({
      type: 'api_key',
      apiKeyId: newId('key'),
      keyType,
      environment: 'production',
      organizationId: organization.id,
      projectId,
    });
    const permissionsOf = async (principal: Principal, target: OrganizationId | ProjectId) => {
      const reach = await node
        .get(RolePermissionSource)
        .reach(
          principal,
          target.startsWith('org_')
            ? { type: 'organization', organizationId: idOf('org', uuidOf(target)) }
            : { type: 'project', projectId: idOf('prj', uuidOf(target)) },
        );
      if (reach !== null) expect(reach.organizationId).toBe(organization.id);
      return reach === null ? null : [...reach.permissions];
    };

    beforeAll(async () => {
      organization = await create(ada);
      for (const [id, status] of [
        [live, 'active'],
        [deleted, 'deleted'],
      ] as const) {
        await rows(
          `insert into projects (organization_id, project_id, status, name, slug, region, requests_per_minute,
                                 test_requests_per_minute, version, created_at, deleted_at)
           values ($1, $2, $3, 'p', $4, 'us-east-1', 60, 20, 1, now(), case $3 when 'deleted' then now() end)`,
          [uuidOf(organization.id), uuidOf(id), status, `p-${status}`],
        );
      }
    });

    it('are reached by members only', async () => {
      expect(await permissionsOf(person(ada), organization.id)).toContain('organizations:update');
      expect(await permissionsOf(person(ada), live)).toContain('projects:delete');
      expect(await permissionsOf(person(eve), organization.id)).toBeNull();
      expect(await permissionsOf(person(eve), live)).toBeNull();
    });

    it('are the same to a member whether they were deleted or never were', async () => {
      expect(await permissionsOf(person(ada), deleted)).toBeNull();
      expect(await permissionsOf(person(ada), newId('prj'))).toBeNull();
      expect(await permissionsOf(person(ada), newId('org'))).toBeNull();
    });

    it('follow a change of the role with the next request', async () => {
      await rows(`update memberships set role = 'viewer' where organization_id = $1`, [uuidOf(organization.id)]);
      expect(await permissionsOf(person(ada), live)).toEqual(['organizations:read', 'projects:read', 'requests:read']);
      await rows(`delete from memberships where organization_id = $1`, [uuidOf(organization.id)]);
      expect(await permissionsOf(person(ada), live)).toBeNull();
    });

    it('are managed by their own secret key, and by no key of another project', async () => {
      expect(await permissionsOf(key(live, 'secret'), live)).toContain('settings:update');
      expect(await permissionsOf(key(live, 'secret'), newId('prj'))).toBeNull();
      expect(await permissionsOf(key(deleted, 'secret'), deleted)).toBeNull();
    });

    it('are known to keys that only make calls, which may do nothing with them', async () => {
      expect(await permissionsOf(key(live, 'publishable'), live)).toEqual([]);
      expect(await permissionsOf(key(live, 'agent'), live)).toEqual([]);
      expect(await permissionsOf(key(live, 'secret'), organization.id)).toEqual([]);
      expect(await permissionsOf(key(live, 'secret'), newId('org'))).toBeNull();
    });
  });
});
