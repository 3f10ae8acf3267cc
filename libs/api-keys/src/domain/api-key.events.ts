import type { ApiKeyId, DomainEvent, EventDefinitions, ProjectId } from '@app/kernel';

export type ApiKeyType = 'secret' | 'publishable' | 'agent';
export type KeyEnvironment = 'production' | 'test';

/** `digest` is the peppered HMAC of the key, hexadecimal: enough to recognise the key, useless to make it. */
export type KeyCreated = DomainEvent<
  'KeyCreated',
  {
    readonly apiKeyId: ApiKeyId;
    readonly projectId: ProjectId;
    readonly name: string;
    readonly keyType: ApiKeyType;
    readonly environment: KeyEnvironment;
    /** Known part and four characters, for display: `csk_test_ab12`. */
    readonly prefix: string;
    readonly digest: string;
    readonly pepperId: string;
    readonly expiresAt: string | null;
  }
>;

type KeyRevoked = DomainEvent<
  'KeyRevoked',
  { readonly apiKeyId: ApiKeyId; readonly projectId: ProjectId; readonly revokedAt: string }
>;

export type ApiKeyEvent = KeyCreated | KeyRevoked;

export const apiKeyEvents: EventDefinitions<ApiKeyEvent> = {
  KeyCreated: { schemaVersion: 1, sealed: ['name'] },
  KeyRevoked: { schemaVersion: 1, sealed: [] },
};
