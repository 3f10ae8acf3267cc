import { setTimeout as sleep } from 'node:timers/promises';

import { type KeyRing, newId, platformMigrations, type SealBinding } from '@app/platform';

import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { randomKey, SealingProcess } from '../support/sealing-process.js';

const [OLD, NEW] = [randomKey('k1'), randomKey('k2')];
const PLAINTEXT = 'sk-provider-0123456789-abcdefghij';

describe('while key-encryption keys change, sealed values', () => {
  let database: TestDatabase;
  let binding: SealBinding;
  let sealed: string;
  const running: SealingProcess[] = [];

  const start = async (encryptionKeys: KeyRing): Promise<SealingProcess> => {
    const started = await SealingProcess.start(database.url, encryptionKeys);
    running.push(started);
    return started;
  };

  beforeEach(async () => {
    database = await createTestDatabase(platformMigrations);
    const before = await start([OLD]);
    const scope = { organizationId: newId('org'), projectId: newId('prj') };
    binding = { ...scope, kind: 'test-value', row: 'row-1', origin: '' };
    await before.createDataKey(scope);
    await before.createDataKey({ ...scope, projectId: null });
    sealed = await before.seal(binding, PLAINTEXT);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.close()));
    await database.drop();
  });

  it('open under a new first key, and without the old one after all are wrapped again', async () => {
    const both = await start([NEW, OLD]);
    expect(await both.open(binding, sealed)).toBe(PLAINTEXT);
    expect(await both.wrapping.inUse()).toEqual(new Map([['k1', 2]]));

    const twice = await Promise.all([both.wrapping.rewrapAll(), both.wrapping.rewrapAll()]);
    expect(twice[0].rewrapped + twice[1].rewrapped).toBe(2);
    expect(await both.wrapping.inUse()).toEqual(new Map([['k2', 2]]));
    expect(await both.wrapping.rewrapAll()).toEqual({ rewrapped: 0, damaged: [] });

    const withoutOld = await start([NEW]);
    expect(await withoutOld.open(binding, sealed)).toBe(PLAINTEXT);
  });

  it('name the missing key to the operator of a process that still has only the old one', async () => {
    const [before] = running;
    await (await start([NEW, OLD])).wrapping.rewrapAll();
    await expect(before?.open(binding, sealed)).rejects.toThrow('ENCRYPTION_KEYS lacks the key "k2"');
  });

  it('refuse the start of a process that lacks a key they need', async () => {
    await expect(start([NEW])).rejects.toThrow(
      'ENCRYPTION_KEYS lacks the key "k1", which wraps 2 data keys of this database.',
    );
  });

  it('keep the list of keys that ever wrapped them: a backup may need each', async () => {
    const [THIRD, both] = [randomKey('k3'), await start([NEW, OLD])];
    await both.wrapping.rewrapAll();
    await (await start([THIRD, NEW, OLD])).wrapping.rewrapAll();
    await withClient(database.adminUrl, async (client) => {
      const { rows } = await client.query('select distinct kek_id, former_kek_ids from data_keys');
      expect(rows).toEqual([{ kek_id: 'k3', former_kek_ids: ['k1', 'k2'] }]);
    });
  });

  it('are wrapped again around one whose data key is damaged', async () => {
    const both = await start([NEW, OLD]);
    await withClient(database.adminUrl, (client) =>
      client.query(
        `update data_keys set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) where project_id is null`,
      ),
    );
    const { rewrapped, damaged } = await both.wrapping.rewrapAll();
    expect([rewrapped, damaged.length]).toEqual([1, 1]);
    expect(await both.open(binding, sealed)).toBe(PLAINTEXT);
  });

  it('stay destroyed when their key is destroyed while it is wrapped again', async () => {
    const both = await start([NEW, OLD]);
    const { rewrapping } = await both.inOrganization(binding.organizationId, async (tx) => {
      await both.destroyDataKey(binding, tx);
      // Sees the key as live, since nothing is committed yet, and waits for this transaction.
      const started = both.wrapping.rewrapAll();
      await sleep(200);
      return { rewrapping: started };
    });
    expect(await rewrapping).toEqual({ rewrapped: 1, damaged: [] });
    expect(await both.open(binding, sealed)).toBeNull();
  });
});
