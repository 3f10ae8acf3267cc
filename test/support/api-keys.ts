import type { ApiKeyId } from '@app/kernel';

import type { Caller } from './person.js';
import type { ShownProject } from './projects.js';

export interface CreatedKey {
  readonly id: ApiKeyId;
  readonly key: string;
  readonly createdBy: unknown;
}

export const keysPath = ({ id }: Pick<ShownProject, 'id'>): string => `/v1/projects/${id}/api-keys`;

/** A new key, by default a secret one for production. */
export const createKey = async (by: Caller, project: ShownProject, body: object = {}): Promise<CreatedKey> => {
  const answer = await by.post(keysPath(project), { name: 'A key', ...body });
  if (answer.status !== 201) throw new Error(`the key answered ${answer.status}: ${answer.text}`);
  return answer.body as CreatedKey;
};
