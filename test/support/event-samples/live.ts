import { createKey, keysPath } from '../api-keys.js';
import type { TestApp } from '../app.js';
import { callerWith, signUpOwner } from '../person.js';
import { createProject, settingsPath } from '../projects.js';
import { providersPath, PUBLIC_BASE_URL } from '../providers.js';

const done = ({ status, text }: { readonly status: number; readonly text: string }): void => {
  if (status >= 300) throw new Error(`answered ${status}: ${text}`);
};

/**
 * Uses the product until every type of event has been stored. The first event of a type becomes its sample, so it has a
 * value in every member.
 */
export const live = async ({ server }: TestApp): Promise<void> => {
  const owner = await signUpOwner(server);
  done(await owner.patch(`/v1/organizations/${owner.organizationId}`, { name: 'Acme Chat' }));

  const project = await createProject(owner, { description: 'Support bot' });
  done(await owner.patch(`/v1/projects/${project.id}`, { name: 'Bot', description: 'Answers customers' }));

  const acme = `${providersPath(project)}/acme`;
  const connection = {
    apiKey: 'sk-some-key',
    baseUrl: PUBLIC_BASE_URL,
    defaultModel: 'large',
    models: [{ id: 'large', inputUsdPerMillion: '1.20', outputUsdPerMillion: '2.40' }],
  };
  done(await owner.put(acme, connection));
  done(await owner.put(acme, { ...connection, enabled: false }));
  done(
    await owner.patch(settingsPath(project), {
      defaultProvider: 'acme',
      defaultModel: 'large',
      requestsPerMinute: 7,
      testRequestsPerMinute: 3,
      spendCap: { monthlyUsd: 5, enforce: true },
    }),
  );
  done(await owner.delete(acme));

  const key = await createKey(owner, project, { expiresAt: '2090-01-01T00:00:00Z' });
  await createKey(callerWith(server, key.key), project, { expiresAt: '2089-01-01T00:00:00Z', environment: 'test' });
  done(await owner.post(`${keysPath(project)}/${key.id}/revoke`));

  const brief = await createProject(owner);
  done(await owner.delete(`/v1/projects/${brief.id}`, { confirm: brief.name }));
};
