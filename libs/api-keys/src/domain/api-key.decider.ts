import {
  type ApiKeyId,
  type Asked,
  type Decider,
  type Decision,
  DomainError,
  type ProjectId,
  type StreamRef,
  unreachable,
  validationFailed,
} from '@app/kernel';

import type { ApiKeyEvent, KeyCreated } from './api-key.events.js';

export type ApiKey =
  | { readonly status: 'missing' }
  | { readonly status: 'active'; readonly projectId: ProjectId }
  | { readonly status: 'revoked'; readonly projectId: ProjectId };

/** What a key's stream may be asked. Secret and digest arrive made; the secret itself never arrives. */
export type ApiKeyCommand =
  Asked<'CreateApiKey', KeyCreated['data']> | Asked<'RevokeApiKey', { apiKeyId: ApiKeyId; projectId: ProjectId }>;

export const apiKeyStream = (apiKeyId: ApiKeyId, projectId: ProjectId): StreamRef => ({
  type: 'api_key',
  id: apiKeyId,
  projectId,
});

const create = (
  { data, context }: Decision<Extract<ApiKeyCommand, { type: 'CreateApiKey' }>>,
  key: ApiKey,
): readonly ApiKeyEvent[] => {
  if (key.status !== 'missing') throw new DomainError('CONFLICT');
  if (data.expiresAt !== null && Date.parse(data.expiresAt) <= Date.parse(context.now)) {
    throw validationFailed({ field: 'expiresAt', problem: 'must lie in the future' });
  }
  return [{ type: 'KeyCreated', data }];
};

const revoke = (
  { data, context }: Decision<Extract<ApiKeyCommand, { type: 'RevokeApiKey' }>>,
  key: ApiKey,
): readonly ApiKeyEvent[] => {
  if (key.status === 'missing' || key.projectId !== data.projectId) throw new DomainError('NOT_FOUND');
  if (key.status === 'revoked') return [];
  return [{ type: 'KeyRevoked', data: { ...data, revokedAt: context.now } }];
};

export const apiKeyDecider: Decider<ApiKey, ApiKeyCommand, ApiKeyEvent> = {
  initialState: { status: 'missing' },
  decide: (command, key) => {
    switch (command.type) {
      case 'CreateApiKey':
        return create(command, key);
      case 'RevokeApiKey':
        return revoke(command, key);
      default:
        return unreachable(command);
    }
  },
  evolve: (_, event) => {
    switch (event.type) {
      case 'KeyCreated':
        return { status: 'active', projectId: event.data.projectId };
      case 'KeyRevoked':
        return { status: 'revoked', projectId: event.data.projectId };
      default:
        return unreachable(event);
    }
  },
};
