import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { developmentSecrets } from './development-secrets.js';
import { readConfig } from './read-config.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-gateway-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

const revealed = async () => {
  const { encryptionKeys, keyPeppers, databasePassword } = await developmentSecrets(folder);
  return [encryptionKeys, keyPeppers, databasePassword].map((secret) => secret.reveal());
};

describe('development secrets', () => {
  it('are made once, also by several starters at once, and readable by their owner only', async () => {
    const all = await Promise.all([revealed(), revealed(), revealed()]);
    expect(new Set(all.map(String)).size).toBe(1);
    expect(await revealed()).toEqual(all[0]);
    expect(await readdir(folder)).toEqual(['development-secrets.json']);
    expect((await stat(join(folder, 'development-secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('are a configuration, but none for production', async () => {
    const [ENCRYPTION_KEYS, KEY_PEPPERS] = await revealed();
    const environment = { DATABASE_URL: 'postgres://a:b@localhost/c', ENCRYPTION_KEYS, KEY_PEPPERS };
    expect(() => readConfig(environment)).not.toThrow();
    expect(() => readConfig({ ...environment, NODE_ENV: 'production' })).toThrow(/^ENCRYPTION_KEYS .*\nKEY_PEPPERS /);
  });

  it('say which folder cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(developmentSecrets(join(folder, 'file', 'data'))).rejects.toThrow(/^DATA_DIR: .* \(ENOTDIR\)/);
  });

  it.each(['', '{}', 'null', '{"encryptionKeys":'])(
    'are not replaced when the file is damaged: %j',
    async (content) => {
      await writeFile(join(folder, 'development-secrets.json'), content);
      await expect(developmentSecrets(folder)).rejects.toThrow(/development-secrets.json is damaged/);
    },
  );
});
