import { idOf } from '@app/kernel';

import { decisionContext, givenFor } from '../../../../test/support/decider.js';
import { type ConnectionChange, connectionStream, providerConnectionDecider } from './provider-connection.decider.js';
import type { ConnectionDetails, ProviderConnectionEvent } from './provider-connection.events.js';

const connectionId = idOf('con', '01890a5d-ac96-774b-bcce-b302099a8057');
const projectId = idOf('prj', '01890a5d-ac96-774b-bcce-b302099a8058');
const secretId = idOf('sec', '01890a5d-ac96-774b-bcce-b302099a8059');
const context = decisionContext();

const place = {
  connectionId,
  projectId,
  provider: 'acme',
  format: 'openai' as const,
  baseUrl: 'https://llm.acme.example/v1',
  defaultModel: null,
  models: [{ id: 'm1', inputMicroUsdPerMillion: '150000', outputMicroUsdPerMillion: '600000' }],
  enabled: true,
};
const first = { secretId, secretVersion: 1, keyHint: '...wxyz' };
const second = { secretId, secretVersion: 2, keyHint: '...abcd' };
const details: ConnectionDetails = { ...place, ...first };
const connected: ProviderConnectionEvent = { type: 'ProviderConnected', data: details };
const disconnected: ProviderConnectionEvent = {
  type: 'ProviderDisconnected',
  data: { connectionId, projectId, provider: 'acme' },
};

const connect = (change: Partial<ConnectionChange> = {}) => ({
  type: 'ConnectProvider' as const,
  data: { ...place, credential: null, ...change },
  context,
});
const disconnect = {
  type: 'DisconnectProvider' as const,
  data: { connectionId, projectId, provider: 'acme' },
  context,
};

const given = givenFor(providerConnectionDecider);

describe('a provider connection', () => {
  it('has a stream of its own inside its project, which does not name the provider', () =>
    expect(connectionStream(connectionId, projectId)).toEqual({
      type: 'provider_connection',
      id: connectionId,
      projectId,
    }));

  it('needs a credential to begin', () => {
    given()
      .when(connect({ credential: first }))
      .expectEvents(connected);
    given().when(connect()).expectError('VALIDATION_FAILED');
    given(connected, disconnected).when(connect()).expectError('VALIDATION_FAILED');
  });

  it('takes a new credential with any new place', () => {
    const baseUrl = 'https://elsewhere.example/v1';
    given(connected)
      .when(connect({ baseUrl, credential: second }))
      .expectEvents({ type: 'ProviderUpdated', data: { ...details, ...second, baseUrl } });
  });

  it.each([
    { baseUrl: 'https://elsewhere.example/v1' },
    { baseUrl: 'https://llm.acme.example/v2' },
    { baseUrl: 'https://llm.acme.example:8443/v1' },
    { baseUrl: 'http://llm.acme.example/v1' },
  ])('never sends the stored credential to another place: %j', (change) => {
    given(connected)
      .when(connect(change))
      .expectError('VALIDATION_FAILED', { fields: [expect.objectContaining({ field: 'apiKey' })] });
  });

  it('keeps the credential while the place stays', () => {
    given(connected)
      .when(connect({ enabled: false, defaultModel: 'm1' }))
      .expectEvents({ type: 'ProviderUpdated', data: { ...details, enabled: false, defaultModel: 'm1' } });
  });

  it('says nothing when nothing changes', () => given(connected).when(connect()).expectEvents());

  it.each([
    { models: [] },
    { models: [{ id: 'm2', inputMicroUsdPerMillion: '150000', outputMicroUsdPerMillion: '600000' }] },
    { models: [{ id: 'm1', inputMicroUsdPerMillion: '150001', outputMicroUsdPerMillion: '600000' }] },
    { models: [{ id: 'm1', inputMicroUsdPerMillion: '150000', outputMicroUsdPerMillion: '600001' }] },
  ])('records changed models: %j', (change) => {
    given(connected)
      .when(connect(change))
      .expectEvents({ type: 'ProviderUpdated', data: { ...details, ...change } });
  });

  it('ends once, and is then as unknown as one that never was', () => {
    given(connected).when(disconnect).expectEvents(disconnected);
    given(connected, disconnected).when(disconnect).expectError('NOT_FOUND', {});
    given().when(disconnect).expectError('NOT_FOUND', {});
  });
});
