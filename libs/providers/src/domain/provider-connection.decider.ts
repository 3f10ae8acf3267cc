import {
  type Asked,
  type ConnectionId,
  type Decider,
  type Decision,
  DomainError,
  type ProjectId,
  type StreamRef,
  unreachable,
  validationFailed,
} from '@app/kernel';

import type { ConnectionDetails, OwnModel, ProviderConnectionEvent } from './provider-connection.events.js';

export type ProviderConnection =
  | { readonly status: 'missing' }
  | { readonly status: 'connected'; readonly details: ConnectionDetails }
  | { readonly status: 'disconnected' };

type Credential = Pick<ConnectionDetails, 'secretId' | 'secretVersion' | 'keyHint'>;

/** Everything a connection is; without a credential the stored one stays, as long as it goes to the same place. */
export interface ConnectionChange extends Omit<ConnectionDetails, keyof Credential> {
  readonly credential: Credential | null;
}

export type ProviderConnectionCommand =
  | Asked<'ConnectProvider', ConnectionChange>
  | Asked<'DisconnectProvider', { connectionId: ConnectionId; projectId: ProjectId; provider: string }>;

export const connectionStream = (connectionId: ConnectionId, projectId: ProjectId): StreamRef => ({
  type: 'provider_connection',
  id: connectionId,
  projectId,
});

/** The stored credential, if it may go where the change points to. */
const keptCredential = ({ baseUrl, format }: ConnectionChange, connection: ProviderConnection): Credential => {
  if (connection.status !== 'connected') throw validationFailed({ field: 'apiKey', problem: 'is required' });
  const { details } = connection;
  if (details.baseUrl !== baseUrl || details.format !== format) {
    throw validationFailed({ field: 'apiKey', problem: 'must be sent again, because baseUrl or format changes' });
  }
  return details;
};

const sameModels = (a: readonly OwnModel[], b: readonly OwnModel[]): boolean =>
  a.length === b.length &&
  a.every(
    (model, i) =>
      model.id === b[i]?.id &&
      model.inputMicroUsdPerMillion === b[i]?.inputMicroUsdPerMillion &&
      model.outputMicroUsdPerMillion === b[i]?.outputMicroUsdPerMillion,
  );

const same = (a: ConnectionDetails, b: ConnectionDetails): boolean =>
  a.secretVersion === b.secretVersion &&
  a.defaultModel === b.defaultModel &&
  a.enabled === b.enabled &&
  sameModels(a.models, b.models);

const connect = (change: ConnectionChange, connection: ProviderConnection): readonly ProviderConnectionEvent[] => {
  const { credential, ...rest } = change;
  const { secretId, secretVersion, keyHint } = credential ?? keptCredential(change, connection);
  const data: ConnectionDetails = { ...rest, secretId, secretVersion, keyHint };
  if (connection.status !== 'connected') return [{ type: 'ProviderConnected', data }];
  return same(connection.details, data) ? [] : [{ type: 'ProviderUpdated', data }];
};

const decide = (
  command: Decision<ProviderConnectionCommand>,
  connection: ProviderConnection,
): readonly ProviderConnectionEvent[] => {
  switch (command.type) {
    case 'ConnectProvider':
      return connect(command.data, connection);
    case 'DisconnectProvider':
      if (connection.status !== 'connected') throw new DomainError('NOT_FOUND');
      return [{ type: 'ProviderDisconnected', data: command.data }];
    default:
      return unreachable(command);
  }
};

export const providerConnectionDecider: Decider<
  ProviderConnection,
  ProviderConnectionCommand,
  ProviderConnectionEvent
> = {
  initialState: { status: 'missing' },
  decide,
  evolve: (_, event) => {
    switch (event.type) {
      case 'ProviderConnected':
      case 'ProviderUpdated':
        return { status: 'connected', details: event.data };
      case 'ProviderDisconnected':
        return { status: 'disconnected' };
      default:
        return unreachable(event);
    }
  },
};
