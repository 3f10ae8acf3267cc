import type { ConnectionId, DomainEvent, EventDefinitions, ProjectId, SecretId } from '@app/kernel';

/** Wire protocol of a provider. */
export type ProviderFormat = 'openai';

/** A model of a connection with the prices its owner entered; micro-USD for one million tokens, decimal integers. */
export interface OwnModel {
  readonly id: string;
  readonly inputMicroUsdPerMillion: string;
  readonly outputMicroUsdPerMillion: string;
}

/**
 * The credential is in the table of secrets under `secretId` and `secretVersion`; `keyHint` shows its last four
 * characters. A stream ends with its disconnection: the same provider connected again is another connection.
 */
export interface ConnectionDetails {
  readonly connectionId: ConnectionId;
  readonly projectId: ProjectId;
  readonly provider: string;
  readonly format: ProviderFormat;
  readonly baseUrl: string;
  readonly secretId: SecretId;
  readonly secretVersion: number;
  readonly keyHint: string;
  readonly defaultModel: string | null;
  readonly models: readonly OwnModel[];
  readonly enabled: boolean;
}

type ProviderConnected = DomainEvent<'ProviderConnected', ConnectionDetails>;
type ProviderUpdated = DomainEvent<'ProviderUpdated', ConnectionDetails>;
type ProviderDisconnected = DomainEvent<
  'ProviderDisconnected',
  { readonly connectionId: ConnectionId; readonly projectId: ProjectId; readonly provider: string }
>;

export type ProviderConnectionEvent = ProviderConnected | ProviderUpdated | ProviderDisconnected;

const SEALED_DETAILS = ['provider', 'baseUrl', 'keyHint', 'defaultModel', 'models'] as const;

export const providerConnectionEvents: EventDefinitions<ProviderConnectionEvent> = {
  ProviderConnected: { schemaVersion: 1, sealed: SEALED_DETAILS },
  ProviderUpdated: { schemaVersion: 1, sealed: SEALED_DETAILS },
  ProviderDisconnected: { schemaVersion: 1, sealed: ['provider'] },
};
