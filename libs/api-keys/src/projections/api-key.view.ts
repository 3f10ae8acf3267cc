import { idOf } from '@app/kernel';
import { showTime } from '@app/platform';

import type { ApiKeyType, KeyEnvironment } from '../domain/api-key.events.js';
import type { ApiKeyReadModel } from './api-key.read-model.js';

/** A key as answers show it. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly type: ApiKeyType;
  readonly environment: KeyEnvironment;
  readonly prefix: string;
  readonly status: 'active' | 'expired' | 'revoked';
  readonly allowedDomains: readonly string[];
  readonly createdAt: string;
  readonly createdBy: CreatorView;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly rotationDue: boolean;
}

export interface CreatorView {
  readonly type: 'user' | 'api_key' | 'system';
  readonly id: string | null;
}

const creatorOf = ({ createdByType: type, createdById: id }: ApiKeyReadModel): CreatorView => {
  if (id === null || type === 'system') return { type, id: null };
  return { type, id: idOf(type === 'user' ? 'usr' : 'key', id) };
};

export const apiKeyViewOf = (row: ApiKeyReadModel): ApiKeyView => ({
  id: idOf('key', row.apiKeyId),
  name: row.name,
  type: row.keyType,
  environment: row.environment,
  prefix: row.prefix,
  status: row.status,
  allowedDomains: [],
  createdAt: showTime(row.createdAt),
  createdBy: creatorOf(row),
  expiresAt: row.expiresAt && showTime(row.expiresAt),
  lastUsedAt: null,
  rotationDue: row.keyType === 'secret' && row.status === 'active' && row.isOld,
});
