import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { type Config, keepFile } from '@app/platform';

import { ManagementClient } from './management-client.js';

const EMAIL = 'owner@example.com';
const ANY_ADDRESS = /^(?:0\.0\.0\.0|::)$/;

/**
 * The first screen of an empty data folder: an owner, an organization, a project and a test key, made through the
 * public routes. It is due until it has been shown; a start that died half way is completed by the next one.
 */
export class Demonstration {
  private constructor(
    private readonly config: Config,
    /** Exists while the demonstration is due. */
    private readonly file: string,
  ) {}

  /** `null` when there is nothing to show: it was shown, it is turned off, or the folder has data. */
  static async prepare(config: Config): Promise<Demonstration | null> {
    if (!config.demo) return null;
    const file = join(config.dataDir, 'demonstration-password');
    const isEmpty = !(await exists(join(config.dataDir, 'postgres', 'PG_VERSION')));
    if (!isEmpty && !(await exists(file))) return null;
    await mkdir(config.dataDir, { recursive: true });
    await keepFile(file, () => randomBytes(12).toString('base64url'));
    return new Demonstration(config, file);
  }

  async show(print: (text: string) => void): Promise<void> {
    const { host, port, publicUrl } = this.config;
    const password = await keepFile(this.file, () => randomBytes(12).toString('base64url'));
    const address = ANY_ADDRESS.test(host) ? '127.0.0.1' : host;
    const client = new ManagementClient(`http://${address.includes(':') ? `[${address}]` : address}:${port}`);
    await client.signIn({ email: EMAIL, password, name: 'Owner' });
    const organization = await client.findOrCreate('/v1/organizations', { name: 'Demo' });
    const project = await client.findOrCreate(`/v1/organizations/${organization.id}/projects`, {
      name: 'First project',
    });
    const { key } = await client.create<{ key: string }>(`/v1/projects/${project.id}/api-keys`, {
      name: 'First key',
      type: 'secret',
      environment: 'test',
    });
    print(firstScreen({ publicUrl, email: EMAIL, password, key, projectId: project.id }));
    await rm(this.file);
  }
}

interface FirstScreen {
  readonly publicUrl: string;
  readonly email: string;
  readonly password: string;
  readonly key: string;
  readonly projectId: string;
}

const firstScreen = ({ publicUrl, email, password, key, projectId }: FirstScreen): string => `
The gateway runs. This is shown once:

  Swagger UI   ${publicUrl}/docs
  Sign in      POST /v1/auth/sign-in  {"email":"${email}","password":"${password}"}
  First call

curl ${publicUrl}/v1/chat/completions -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '{"model":"sandbox/echo","messages":[{"role":"user","content":"Hello"}]}'

  Its record, with tokens, cost and latency: GET /v1/projects/${projectId}/requests

`;

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
