import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { ApiKeyPrincipalResolver, ApiKeyRecognizer } from '@app/api-keys';
import { tokenOf, uuidOf } from '@app/kernel';
import { Database, KeyDigests, Secret } from '@app/platform';

import { createKey, type CreatedKey, keysPath } from '../support/api-keys.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { type Owner, signUpOwner } from '../support/person.js';
import { createProject, type ShownProject } from '../support/projects.js';

describe('recognition of API keys', () => {
  let database: TestDatabase;
  let api: TestApp;
  let owner: Owner;
  let project: ShownProject;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
    owner = await signUpOwner(api.server);
    project = await createProject(owner);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  /** A recognizer with nothing in memory, and the look-ups it makes. */
  const fresh = () => {
    const looks = jest.spyOn(api.app.get(Database), 'lookup').mockClear();
    return { recognizer: new ApiKeyRecognizer(api.app.get(Database), api.app.get(KeyDigests)), looks };
  };
  const identityOf = ({ id }: CreatedKey) => ({
    apiKeyId: id,
    organizationId: owner.organizationId,
    projectId: project.id,
    keyType: 'secret',
    environment: 'production',
  });

  it('asks the database once for a known key, however many ask at the same time', async () => {
    const key = await createKey(owner, project);
    const { recognizer, looks } = fresh();
    const found = await Promise.all(Array.from({ length: 20 }, () => recognizer.recognize(key.key)));
    for (const identity of found) expect(identity).toEqual(identityOf(key));
    expect(await recognizer.recognize(key.key)).toEqual(identityOf(key));
    expect(looks).toHaveBeenCalledTimes(1);
  });

  it.each([
    '',
    'csk_',
    'sk-proj-0123456789',
    `csk_${'a'.repeat(49)}`,
    `${tokenOf('csk_', Buffer.alloc(32, 7))}x`,
    tokenOf('csk_', Buffer.alloc(32, 7)).replace('csk_', 'csk_test_'),
    tokenOf('cpj_', Buffer.alloc(32, 7)),
    tokenOf('ses_', Buffer.alloc(32, 7)),
    `csk_\0${'a'.repeat(48)}`,
  ])('costs no database call for what cannot be an API key: %j', async (text) => {
    const { recognizer, looks } = fresh();
    expect(await recognizer.recognize(text)).toBeNull();
    expect(looks).not.toHaveBeenCalled();
  });

  it('asks at most once a second for a well-formed key that nobody made', async () => {
    const { recognizer, looks } = fresh();
    const unknown = tokenOf('csk_', randomBytes(32));
    const answers = await Promise.all(Array.from({ length: 20 }, () => recognizer.recognize(unknown)));
    expect(new Set(answers)).toEqual(new Set([null]));
    expect(await recognizer.recognize(unknown)).toBeNull();
    expect(looks).toHaveBeenCalledTimes(1);
    await sleep(1_100);
    expect(await recognizer.recognize(unknown)).toBeNull();
    expect(looks).toHaveBeenCalledTimes(2);
  });

  it('remembers no failure of the database', async () => {
    const key = await createKey(owner, project);
    const { recognizer, looks } = fresh();
    looks.mockRejectedValueOnce(new Error('gone'));
    await expect(recognizer.recognize(key.key)).rejects.toThrow('gone');
    expect(await recognizer.recognize(key.key)).toEqual(identityOf(key));
  });

  it('knows keys of every pepper in the ring', async () => {
    const key = await createKey(owner, project);
    const newer = { id: 'p2', key: new Secret(randomBytes(32).toString('base64')) };
    const rotated = new KeyDigests([newer, ...api.config.keyPeppers]);
    const recognizer = new ApiKeyRecognizer(api.app.get(Database), rotated);
    expect(await recognizer.recognize(key.key)).toEqual(identityOf(key));
    const forgotten = new ApiKeyRecognizer(api.app.get(Database), new KeyDigests([newer]));
    expect(await forgotten.recognize(key.key)).toBeNull();
  });

  it('still says whose a revoked key was, so that admission can refuse and count it', async () => {
    const key = await createKey(owner, project);
    await owner.post(`${keysPath(project)}/${key.id}/revoke`);
    const { recognizer } = fresh();
    expect(await recognizer.recognize(key.key)).toEqual(identityOf(key));
  });

  it('never makes a principal of a revoked or expired key out of what is in memory', async () => {
    const resolver = api.app.get(ApiKeyPrincipalResolver);
    for (const death of ['revoked_at', 'expires_at']) {
      const key = await createKey(owner, project);
      expect(await resolver.resolve(key.key)).toEqual({ type: 'api_key', ...identityOf(key) });
      await withClient(database.adminUrl, (client) =>
        client.query(`update api_keys set ${death} = now() where api_key_id = $1`, [uuidOf(key.id)]),
      );
      expect(await resolver.resolve(key.key)).toBeNull();
    }
  });
});
