import { uuidOf } from '@app/kernel';
import { BrokenSealError, newId, platformMigrations, Secret, type SecretRef } from '@app/platform';

import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { findPlantedSecrets } from '../support/planted-secrets.js';
import { randomKey, SealingProcess } from '../support/sealing-process.js';

const VALUE = 'sk-provider-0123456789-abcdefghij';

describe('stored secrets', () => {
  let database: TestDatabase;
  let app: SealingProcess;
  let secret: SecretRef;

  const put = (version: number, value: string, ref = secret): Promise<void> =>
    app.inOrganization(ref.organizationId, (tx) => app.secrets.put(tx, { ...ref, version }, new Secret(value)));
  const get = async (ref: SecretRef & { readonly version?: number } = secret): Promise<string | null> =>
    (await app.inOrganization(ref.organizationId, (tx) => app.secrets.get(tx, ref)))?.reveal() ?? null;
  const remove = (ref: SecretRef, belowVersion?: number): Promise<void> =>
    app.inOrganization(ref.organizationId, (tx) => app.secrets.remove(tx, ref, ref.id, belowVersion));

  beforeAll(async () => {
    database = await createTestDatabase(platformMigrations);
    app = await SealingProcess.start(database.url, [randomKey('k1')]);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  beforeEach(async () => {
    const scope = { organizationId: newId('org'), projectId: newId('prj') };
    secret = { ...scope, kind: 'provider-credential', origin: 'https://api.one.example', id: newId('sec') };
    await app.createDataKey(scope);
    await app.createDataKey({ ...scope, projectId: null });
  });

  it('come back by id, newest or by version', async () => {
    expect(await get()).toBeNull();
    await put(1, 'value-one');
    await put(2, 'value-two', { ...secret, origin: 'https://api.two.example' });
    expect(await get({ ...secret, origin: 'https://api.two.example' })).toBe('value-two');
    expect(await get({ ...secret, version: 1 })).toBe('value-one');
    expect(await get({ ...secret, version: 3 })).toBeNull();
  });

  it('are never given out for another origin, kind or project', async () => {
    await put(1, VALUE);
    for (const wrong of [
      { ...secret, origin: 'https://api.two.example' },
      { ...secret, origin: 'http://api.one.example' },
      { ...secret, origin: 'https://api.one.example:8443' },
      { ...secret, origin: '' },
      { ...secret, kind: 'webhook-secret' },
      { ...secret, projectId: null },
    ]) {
      await expect(get(wrong)).rejects.toThrow(BrokenSealError);
    }
    expect(await get()).toBe(VALUE);
  });

  it('do not open when a row was copied over another one, or over another version', async () => {
    const another = { ...secret, id: newId('sec') };
    await put(1, VALUE);
    await put(2, 'value-two');
    await put(1, 'value-other', another);
    await withClient(database.adminUrl, (client) =>
      client.query(
        `update secrets set sealed = (select s.sealed from secrets s where s.id = $1 and s.version = 1)
          where id in ($1, $2)`,
        [uuidOf(secret.id), uuidOf(another.id)],
      ),
    );
    await expect(get(another)).rejects.toThrow(BrokenSealError);
    await expect(get({ ...secret, version: 2 })).rejects.toThrow(BrokenSealError);
    expect(await get({ ...secret, version: 1 })).toBe(VALUE);
  });

  it('are written once for each version', async () => {
    await put(1, VALUE);
    await expect(put(1, 'value-other')).rejects.toThrow(/duplicate key/);
    const changing = app.inOrganization(secret.organizationId, (tx) => tx.query(`update secrets set sealed = ''`));
    await expect(changing).rejects.toThrow(/permission denied/);
    expect(await get()).toBe(VALUE);
  });

  it('are removed by version or together, within their scope', async () => {
    await put(1, 'value-one');
    await put(2, 'value-two');
    await remove(secret, 2);
    expect(await get({ ...secret, version: 1 })).toBeNull();
    await remove({ ...secret, projectId: null });
    expect(await get()).toBe('value-two');
    await remove(secret);
    expect(await get()).toBeNull();
  });

  it('go with the data key that sealed them, and only they', async () => {
    const ofOrganization = { ...secret, projectId: null, id: newId('sec') };
    await put(1, VALUE);
    await put(1, 'value-other', ofOrganization);
    await app.destroyDataKey(secret);
    expect(await get()).toBeNull();
    expect(await get(ofOrganization)).toBe('value-other');
    const rows = await app.inOrganization(secret.organizationId, (tx) => tx.query<object[]>('select from secrets'));
    expect(rows).toHaveLength(1);
  });

  it('are rows of one organization: no other one sees or removes them', async () => {
    await put(1, VALUE);
    await app.inOrganization(newId('org'), async (tx) => {
      expect(await app.secrets.get(tx, secret)).toBeNull();
      expect(await tx.query<object[]>('select from secrets')).toEqual([]);
      await app.secrets.remove(tx, secret, secret.id);
    });
    expect(await get()).toBe(VALUE);
  });

  it('show nothing of their value in any column of any row', async () => {
    await put(1, VALUE);
    await withClient(database.adminUrl, async (client) => {
      const { rows } = await client.query<{ text: string }>('select s::text as text from secrets s');
      const dump = rows.map(({ text }) => text).join('\n');
      expect(dump).toContain(uuidOf(secret.id));
      expect(findPlantedSecrets({ VALUE }, dump)).toEqual([]);
    });
  });
});
