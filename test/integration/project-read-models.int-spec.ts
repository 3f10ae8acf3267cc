import { apiKeysProjection } from '@app/api-keys';
import type { InlineProjection } from '@app/event-store';
import type { RecordedEvent } from '@app/kernel';
import { Database } from '@app/platform';
import { projectsProjection } from '@app/projects';
import { providerConnectionsProjection } from '@app/providers';

import { createKey, keysPath } from '../support/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { callerWith, signUpOwner } from '../support/person.js';
import { createProject, settingsPath } from '../support/projects.js';
import { providersPath, PUBLIC_BASE_URL } from '../support/providers.js';

const PROJECTIONS: readonly (readonly [string, InlineProjection])[] = [
  ['projects', projectsProjection],
  ['api_keys', apiKeysProjection],
  ['provider_connections', providerConnectionsProjection],
];

describe('read models of projects, keys and connections', () => {
  let database: TestDatabase;
  let api: TestApp;
  const recorded = new Map<InlineProjection, RecordedEvent[]>();

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    for (const [, projection] of PROJECTIONS) {
      const project = projection.project.bind(projection);
      recorded.set(projection, []);
      jest.spyOn(projection, 'project').mockImplementation((event, tx) => {
        recorded.get(projection)?.push(event);
        return project(event, tx);
      });
    }
    await live();
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  /** Every kind of event, in two organizations, with a project that stays and one that goes. */
  const live = async (): Promise<void> => {
    for (const owner of [await signUpOwner(api.server), await signUpOwner(api.server)]) {
      for (const goes of [false, true]) {
        const project = await createProject(owner);
        await owner.patch(`/v1/projects/${project.id}`, { name: `Renamed ${project.slug}`, description: 'Described' });
        await owner.patch(settingsPath(project), { requestsPerMinute: 7, spendCap: { monthlyUsd: 5 } });
        await owner.patch(settingsPath(project), { defaultModel: 'm', spendCap: null });
        const [parent, revoked] = [await createKey(owner, project), await createKey(owner, project)];
        await createKey(callerWith(api.server, parent.key), project, { expiresAt: '2090-01-01T00:00:00Z' });
        await owner.post(`${keysPath(project)}/${revoked.id}/revoke`);
        for (const provider of ['openai', 'acme', 'gone']) {
          await owner.put(`${providersPath(project)}/${provider}`, { apiKey: 'sk-some-key', baseUrl: PUBLIC_BASE_URL });
        }
        await owner.put(`${providersPath(project)}/acme`, { baseUrl: PUBLIC_BASE_URL, enabled: false });
        await owner.delete(`${providersPath(project)}/gone`);
        if (goes) await owner.delete(`/v1/projects/${project.id}`, { confirm: `Renamed ${project.slug}` });
      }
    }
  };
  const rowsOf = async (table: string): Promise<readonly string[]> => {
    const found: string[] = [];
    await withClient(database.adminUrl, async (client) => {
      const { rows } = await client.query<{ text: string }>(
        `select row_to_json(t)::text as text from ${table} t order by 1`,
      );
      found.push(...rows.map(({ text }) => text));
    });
    return found;
  };
  const replay = async (projection: InlineProjection): Promise<void> => {
    for (const event of recorded.get(projection) ?? []) {
      await api.app.get(Database).inOrganization(event.organizationId, (tx) => projection.project(event, tx));
    }
  };

  it.each(PROJECTIONS)('%s have seen every event they ask for', (_, projection) => {
    const seen = new Set(recorded.get(projection)?.map(({ type }) => type));
    expect([...seen].toSorted()).toEqual(projection.events.toSorted());
  });

  it.each(PROJECTIONS)('%s stay as they are when every event comes again', async (table, projection) => {
    const before = await rowsOf(table);
    expect(before.length).toBeGreaterThan(2);
    await replay(projection);
    expect(await rowsOf(table)).toEqual(before);
  });

  it.each(PROJECTIONS)('%s can be made again from their events alone', async (table, projection) => {
    const before = await rowsOf(table);
    await withClient(database.adminUrl, (client) => client.query(`truncate ${table}`));
    await replay(projection);
    expect(await rowsOf(table)).toEqual(before);
  });

  it.each(PROJECTIONS)('%s show each organization its own rows, without any filter', async (table) => {
    const all = await rowsOf(table);
    const organizations = new Set([...recorded.values()].flat().map(({ organizationId }) => organizationId));
    expect(organizations.size).toBe(2);
    for (const organization of organizations) {
      const visible = await api.app
        .get(Database)
        .inOrganization(organization, (tx) => tx.query<{ id: string }[]>(`select organization_id as id from ${table}`));
      expect(visible).toHaveLength(all.length / 2);
      expect(new Set(visible.map(({ id }) => id)).size).toBe(1);
    }
  });

  it('projects begin with the limits of their creation, also when new ones get others by now', async () => {
    const created = recorded.get(projectsProjection)?.find(({ type }) => type === 'ProjectCreated');
    if (created === undefined) throw new Error('no project was created');
    await withClient(database.adminUrl, (client) => client.query('truncate projects'));
    const older = { ...created, data: { ...created.data, requestsPerMinute: 600, testRequestsPerMinute: 200 } };
    await api.app.get(Database).inOrganization(created.organizationId, (tx) => projectsProjection.project(older, tx));
    expect((await rowsOf('projects')).map((row) => JSON.parse(row) as unknown)).toEqual([
      expect.objectContaining({ requests_per_minute: 600, test_requests_per_minute: 200 }),
    ]);
  });
});
