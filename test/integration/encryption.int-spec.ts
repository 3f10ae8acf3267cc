import { INSTANCE_ORGANIZATION, uuidOf } from '@app/kernel';
import { BrokenSealError, newId, platformMigrations, type SealBinding } from '@app/platform';

import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { findPlantedSecrets } from '../support/planted-secrets.js';
import { randomKey, SealingProcess } from '../support/sealing-process.js';

const KEY = randomKey('k1');
const PLAINTEXT = 'sk-provider-0123456789-abcdefghij';

describe('sealed values', () => {
  let database: TestDatabase;
  let app: SealingProcess;
  let other: SealingProcess;
  let binding: SealBinding;

  /** As the owner of the tables, for what an attacker or a fault does behind the application. */
  const asOwner = (sql: string, values: readonly unknown[] = []): Promise<void> =>
    withClient(database.adminUrl, (client) => client.query(sql, [...values]));

  beforeAll(async () => {
    database = await createTestDatabase(platformMigrations);
    app = await SealingProcess.start(database.url, [KEY]);
    other = await SealingProcess.start(database.url, [KEY]);
  });

  afterAll(async () => {
    await app.close();
    await other.close();
    await database.drop();
  });

  beforeEach(async () => {
    const scope = { organizationId: newId('org'), projectId: newId('prj') };
    binding = { ...scope, kind: 'test-value', row: 'row-1', origin: 'https://api.one.example' };
    await app.createDataKey(scope);
    await app.createDataKey({ ...scope, projectId: null });
  });

  it('open where they were sealed, in every process', async () => {
    for (const plaintext of [PLAINTEXT, '', 'π \u{1f511} \0 \n', 'x'.repeat(100_000)]) {
      const sealed = await app.seal(binding, plaintext);
      expect(await app.open(binding, sealed)).toBe(plaintext);
      expect(await other.open(binding, sealed)).toBe(plaintext);
    }
  });

  it('are never the same twice', async () => {
    expect(await app.seal(binding, PLAINTEXT)).not.toBe(await app.seal(binding, PLAINTEXT));
  });

  it('do not open in another row, kind, origin, project or organization', async () => {
    const places: readonly SealBinding[] = [
      { ...binding, row: 'row-2' },
      { ...binding, kind: 'other-value' },
      { ...binding, origin: 'https://api.two.example' },
      { ...binding, origin: '' },
      { ...binding, projectId: newId('prj') },
      { ...binding, projectId: null },
      { ...binding, organizationId: newId('org') },
      // The same text as before when the fields are joined without their lengths.
      { ...binding, kind: 'test-valuerow', row: '-1' },
    ];
    const sealed = await app.seal(binding, PLAINTEXT);
    for (const place of places) {
      await app.createDataKey(place);
      await expect(app.open(place, sealed)).rejects.toThrow(BrokenSealError);
      const theirs = await app.seal(place, PLAINTEXT);
      await expect(app.open(binding, theirs)).rejects.toThrow(BrokenSealError);
    }
  });

  it('do not open with a single bit turned, cut at any place or with bytes behind', async () => {
    const sealed = await app.seal(binding, 'short');
    const [mark, encoded] = [sealed.slice(0, 7), sealed.slice(7)];
    const bytes = Buffer.from(encoded, 'base64url');
    const damaged = [1, 16, 28].map((extra) => Buffer.concat([bytes, Buffer.alloc(extra)]));
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      damaged.push(copy);
    }
    for (let length = 0; length < bytes.length; length += 1) damaged.push(bytes.subarray(0, length));

    await app.inOrganization(binding.organizationId, async (tx) => {
      for (const copy of damaged) {
        const opening = app.open(binding, mark + copy.toString('base64url'), tx);
        await expect(opening).rejects.toThrow(BrokenSealError);
      }
      expect(await app.open(binding, mark + bytes.toString('base64url'), tx)).toBe('short');
    });
  });

  it('do not open when the stored data key was damaged or exchanged for the one of another project', async () => {
    const sealed = await app.seal(binding, PLAINTEXT);
    const elsewhere = { ...binding, projectId: newId('prj') };
    await app.createDataKey(elsewhere);
    const ids = [binding.projectId, elsewhere.projectId].map((id) => uuidOf(id ?? newId('prj')));

    await asOwner(
      `update data_keys set wrapped = (select k.wrapped from data_keys k where k.project_id = $2) where project_id = $1`,
      ids,
    );
    await expect(app.open(binding, sealed)).rejects.toThrow(BrokenSealError);
    await asOwner(
      `update data_keys set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) where project_id in ($1, $2)`,
      ids,
    );
    await expect(app.open(binding, sealed)).rejects.toThrow(BrokenSealError);
  });

  it('share one reading of the key when they are opened side by side', async () => {
    const rows = ['row-1', 'row-2', 'row-3'].map((row) => ({ ...binding, row }));
    const sealed = await Promise.all(rows.map((place) => app.seal(place, `value of ${place.row}`)));
    const opened = await app.inOrganization(binding.organizationId, async (tx) => {
      const query = jest.spyOn(tx, 'query');
      const values = await Promise.all(
        sealed.map((text, i) => app.open({ ...binding, row: `row-${i + 1}` }, text, tx)),
      );
      expect(query).toHaveBeenCalledTimes(1);
      return values;
    });
    expect(opened).toEqual(['value of row-1', 'value of row-2', 'value of row-3']);
  });

  it('may be sealed without the database by who asked for the key before, and open like the others', async () => {
    const sealer = await app.inOrganization(binding.organizationId, (tx) => app.envelope.sealer(tx, binding));
    const sealed = sealer?.seal(binding, PLAINTEXT) ?? '';
    expect(await other.open(binding, sealed)).toBe(PLAINTEXT);
    await expect(other.open({ ...binding, row: 'row-2' }, sealed)).rejects.toThrow(BrokenSealError);
    await app.destroyDataKey(binding);
    expect(await other.open(binding, sealer?.seal(binding, PLAINTEXT) ?? '')).toBeNull();
    expect(await app.inOrganization(binding.organizationId, (tx) => app.envelope.sealer(tx, binding))).toBeNull();
  });

  it('refuse a text that would not come back the same', async () => {
    await expect(app.seal(binding, 'lone \ud800 surrogate')).rejects.toThrow(TypeError);
  });

  it('need a data key, which is made once however often it is asked for', async () => {
    const place = { ...binding, projectId: newId('prj') };
    await expect(app.seal(place, PLAINTEXT)).rejects.toThrow('this scope has no data key');
    await Promise.all([app, other, app, other].map((one) => one.createDataKey(place)));
    await app.createDataKey(place);
    const keys = await app.inOrganization(place.organizationId, (tx) =>
      tx.query<object[]>('select from data_keys where project_id = $1', [uuidOf(place.projectId)]),
    );
    expect(keys).toHaveLength(1);
  });

  it('are readable in one organization only: no other one sees, makes or destroys its keys', async () => {
    const sealed = await app.seal(binding, PLAINTEXT);
    for (const stranger of [newId('org'), INSTANCE_ORGANIZATION]) {
      await app.inOrganization(stranger, async (tx) => {
        expect(await tx.query<object[]>('select from data_keys')).toEqual([]);
        await expect(app.open(binding, sealed, tx)).rejects.toThrow(BrokenSealError);
        await app.destroyDataKey(binding, tx);
      });
      const foreign = app.inOrganization(stranger, (tx) =>
        tx.query(
          `insert into data_keys (organization_id, id, kek_id, wrapped) values ($1, gen_random_uuid(), 'k1', '')`,
          [uuidOf(binding.organizationId)],
        ),
      );
      await expect(foreign).rejects.toThrow(/row-level security/);
    }
    expect(await app.open(binding, sealed)).toBe(PLAINTEXT);
  });

  it('keep their key in a table the application cannot delete from', async () => {
    for (const sql of [
      'delete from data_keys',
      'truncate data_keys cascade',
      'alter table data_keys disable row level security',
    ]) {
      const trying = app.inOrganization(binding.organizationId, (tx) => tx.query(sql));
      await expect(trying).rejects.toThrow(/permission denied|must be owner/);
    }
  });

  it('show nothing of the plaintext or of a key in any column of any row', async () => {
    const sealed = await app.seal(binding, PLAINTEXT);
    let dump = sealed;
    await withClient(database.adminUrl, async (client) => {
      const { rows } = await client.query<{ text: string }>('select k::text as text from data_keys k');
      dump += rows.map(({ text }) => text).join('\n');
    });
    expect(dump).toContain(uuidOf(binding.organizationId));
    expect(findPlantedSecrets({ PLAINTEXT, KEY: KEY.key.reveal() }, dump)).toEqual([]);
    expect(dump).not.toContain(Buffer.from(KEY.key.reveal(), 'base64').toString('hex'));
  });

  describe('after the destruction of their data key', () => {
    it('are unreadable at once, also in a process that has just opened them', async () => {
      const sealed = await app.seal(binding, PLAINTEXT);
      expect(await other.open(binding, sealed)).toBe(PLAINTEXT);
      await app.destroyDataKey(binding);
      expect(await other.open(binding, sealed)).toBeNull();
      expect(await app.open(binding, sealed)).toBeNull();
    });

    it('leave no wrapped key behind, only which key wrapped it', async () => {
      await app.destroyDataKey(binding);
      const rows = await app.inOrganization(binding.organizationId, (tx) =>
        tx.query<object[]>(
          `select wrapped, kek_id, destroyed_at is not null as destroyed from data_keys where project_id is not null`,
        ),
      );
      expect(rows).toEqual([{ wrapped: null, kek_id: 'k1', destroyed: true }]);
    });

    it('stay apart from those of other scopes', async () => {
      const ofOrganization = { ...binding, projectId: null };
      const sealed = await app.seal(ofOrganization, PLAINTEXT);
      await app.destroyDataKey(binding);
      expect(await app.open(ofOrganization, sealed)).toBe(PLAINTEXT);
    });

    it('still do not open elsewhere: moved is not mistaken for destroyed', async () => {
      const sealed = await app.seal(binding, PLAINTEXT);
      await app.destroyDataKey(binding);
      await expect(app.open({ ...binding, projectId: null }, sealed)).rejects.toThrow(BrokenSealError);
    });

    it('are not followed by new ones: the scope gets no other key', async () => {
      await app.destroyDataKey(binding);
      await app.destroyDataKey(binding);
      await expect(app.seal(binding, PLAINTEXT)).rejects.toThrow('has been destroyed');
      await expect(app.createDataKey(binding)).rejects.toThrow('has been destroyed');
    });

    it('come back when the transaction of the destruction is given up', async () => {
      const sealed = await app.seal(binding, PLAINTEXT);
      const givenUp = app.inOrganization(binding.organizationId, async (tx) => {
        await app.destroyDataKey(binding, tx);
        expect(await app.open(binding, sealed, tx)).toBeNull();
        throw new Error('given up');
      });
      await expect(givenUp).rejects.toThrow('given up');
      expect(await app.open(binding, sealed)).toBe(PLAINTEXT);
    });
  });
});
