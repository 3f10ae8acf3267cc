import { idOf } from '@app/kernel';

import { decisionContext, givenFor } from '../../../../test/support/decider.js';
import { apiKeyDecider, apiKeyStream } from './api-key.decider.js';
import type { ApiKeyEvent, KeyCreated } from './api-key.events.js';

const projectId = idOf('prj', '01890a5d-ac96-774b-bcce-b302099a8057');
const otherProjectId = idOf('prj', '01890a5d-ac96-774b-bcce-b302099a8058');
const apiKeyId = idOf('key', '01890a5d-ac96-774b-bcce-b302099a8059');
const context = decisionContext({ now: '2026-11-20T12:00:00.000500Z' });

const data: KeyCreated['data'] = {
  apiKeyId,
  projectId,
  name: 'Server',
  keyType: 'secret',
  environment: 'test',
  prefix: 'csk_test_ab12',
  digest: 'd1',
  pepperId: 'p1',
  expiresAt: null,
};
const created: ApiKeyEvent = { type: 'KeyCreated', data };
const revoked: ApiKeyEvent = { type: 'KeyRevoked', data: { apiKeyId, projectId, revokedAt: context.now } };

const create = (expiresAt: string | null = null) => ({
  type: 'CreateApiKey' as const,
  data: { ...data, expiresAt },
  context,
});
const revoke = (project = projectId) => ({
  type: 'RevokeApiKey' as const,
  data: { apiKeyId, projectId: project },
  context,
});

const given = givenFor(apiKeyDecider);

describe('an API key', () => {
  it('is created once', () => {
    given().when(create()).expectEvents(created);
    given(created).when(create()).expectError('CONFLICT');
    given(created, revoked).when(create()).expectError('CONFLICT');
  });

  it('has a stream of its own inside its project', () =>
    expect(apiKeyStream(apiKeyId, projectId)).toEqual({ type: 'api_key', id: apiKeyId, projectId }));

  it('may expire later but not now or before', () => {
    const expiresAt = '2026-11-20T12:00:00.001Z';
    given()
      .when(create(expiresAt))
      .expectEvents({ type: 'KeyCreated', data: { ...data, expiresAt } });
    given().when(create('2026-11-20T12:00:00.000Z')).expectError('VALIDATION_FAILED');
    given().when(create('2026-11-20T11:59:59.999Z')).expectError('VALIDATION_FAILED');
  });

  it('is revoked at the database clock', () => given(created).when(revoke()).expectEvents(revoked));

  it('changes nothing when already revoked', () => given(created, revoked).when(revoke()).expectEvents());

  it('hides keys of other projects and unknown ones alike', () => {
    given(created).when(revoke(otherProjectId)).expectError('NOT_FOUND', {});
    given(created, revoked).when(revoke(otherProjectId)).expectError('NOT_FOUND', {});
    given().when(revoke()).expectError('NOT_FOUND', {});
  });
});
