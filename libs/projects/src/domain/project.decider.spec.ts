import { idOf, uuidOf } from '@app/kernel';

import { decisionContext, givenFor } from '../../../../test/support/decider.js';
import { projectSlugOf } from './project-slug.js';
import type { ProjectSettings } from './project-settings.js';
import { type ProjectDetailsChange, projectDecider, projectStream } from './project.decider.js';
import type { ProjectEvent } from './project.events.js';

const projectId = idOf('prj', '01890a5d-ac96-774b-bcce-b302099a8057');
const context = decisionContext();

const facts = { name: 'Chat', slug: 'chat', description: null, region: 'us-east-1' };
const limits = { requestsPerMinute: 60, testRequestsPerMinute: 20 };
const created: ProjectEvent = { type: 'ProjectCreated', data: { projectId, ...facts, ...limits } };
const deleted: ProjectEvent = { type: 'ProjectDeleted', data: { projectId } };
const capped: ProjectEvent = {
  type: 'SpendCapSet',
  data: { projectId, cap: { monthlyMicroUsd: '5000000', enforce: true } },
};

const create = { type: 'CreateProject' as const, data: { projectId, ...facts }, context };
const changeDetails = (change: Omit<ProjectDetailsChange, 'projectId'>) => ({
  type: 'ChangeProjectDetails' as const,
  data: { projectId, ...change },
  context,
});
const changeSettings = (change: Partial<ProjectSettings>) => ({
  type: 'ChangeProjectSettings' as const,
  data: { projectId, ...change },
  context,
});
const remove = (confirm: string) => ({ type: 'DeleteProject' as const, data: { projectId, confirm }, context });

const given = givenFor(projectDecider);

describe('a project', () => {
  it('is created once', () => {
    given().when(create).expectEvents(created);
    given(created).when(create).expectError('CONFLICT');
  });

  it('has a stream of its own inside its own project', () =>
    expect(projectStream(projectId)).toEqual({ type: 'project', id: projectId, projectId }));

  it('keeps what a change of its details leaves out', () => {
    given(created)
      .when(changeDetails({ description: 'Support bot' }))
      .expectEvents({ type: 'ProjectDetailsChanged', data: { projectId, name: 'Chat', description: 'Support bot' } });
    given(created)
      .when(changeDetails({ name: 'Bot' }))
      .expectEvents({ type: 'ProjectDetailsChanged', data: { projectId, name: 'Bot', description: null } });
  });

  it('drops its description when that is null', () => {
    const described: ProjectEvent = {
      type: 'ProjectDetailsChanged',
      data: { projectId, name: 'Chat', description: 'x' },
    };
    given(created, described)
      .when(changeDetails({ description: null }))
      .expectEvents({ type: 'ProjectDetailsChanged', data: { projectId, name: 'Chat', description: null } });
  });

  it('is deleted only by whoever types its present name', () => {
    const renamed: ProjectEvent = {
      type: 'ProjectDetailsChanged',
      data: { projectId, name: 'Bot', description: null },
    };
    given(created).when(remove('Chat')).expectEvents(deleted);
    given(created, renamed).when(remove('Chat')).expectError('VALIDATION_FAILED');
    given(created, renamed).when(remove('bot')).expectError('VALIDATION_FAILED');
  });

  it.each([changeDetails({ name: 'Bot' }), changeSettings({ requestsPerMinute: 10 }), remove('Chat')])(
    'answers $type like an unknown project before it exists and after it is deleted',
    (command) => {
      given().when(command).expectError('NOT_FOUND', {});
      given(created, deleted).when(command).expectError('NOT_FOUND', {});
    },
  );
});

describe('the settings of a project', () => {
  it('say nothing when nothing changes', () => {
    given(created)
      .when(changeSettings({ requestsPerMinute: 60, testRequestsPerMinute: 20, spendCap: null }))
      .expectEvents();
    given(created).when(changeSettings({})).expectEvents();
    given(created, capped)
      .when(changeSettings({ spendCap: { monthlyMicroUsd: 5_000_000n, enforce: true } }))
      .expectEvents();
  });

  it('record only the members that changed', () =>
    given(created)
      .when(changeSettings({ defaultProvider: 'openai', requestsPerMinute: 60, defaultModel: null }))
      .expectEvents({ type: 'ProjectSettingsChanged', data: { projectId, defaultProvider: 'openai' } }));

  it('begin with the limits of the time the project was created', () => {
    const older: ProjectEvent = { ...created, data: { ...created.data, requestsPerMinute: 600 } };
    given(older)
      .when(changeSettings({ requestsPerMinute: 600, testRequestsPerMinute: 20 }))
      .expectEvents();
    given(older)
      .when(changeSettings({ requestsPerMinute: 60 }))
      .expectEvents({ type: 'ProjectSettingsChanged', data: { projectId, requestsPerMinute: 60 } });
  });

  it('take a default away with null', () => {
    const chosen: ProjectEvent = { type: 'ProjectSettingsChanged', data: { projectId, defaultModel: 'gpt-4o' } };
    given(created, chosen)
      .when(changeSettings({ defaultModel: null }))
      .expectEvents({ type: 'ProjectSettingsChanged', data: { projectId, defaultModel: null } });
  });

  it('record limits and cap of one change as two facts', () =>
    given(created)
      .when(
        changeSettings({
          testRequestsPerMinute: 5,
          spendCap: { monthlyMicroUsd: 5_000_000n, enforce: true },
        }),
      )
      .expectEvents({ type: 'ProjectSettingsChanged', data: { projectId, testRequestsPerMinute: 5 } }, capped));

  it('tell a cap that only informs from an enforced one', () =>
    given(created, capped)
      .when(changeSettings({ spendCap: { monthlyMicroUsd: 5_000_000n, enforce: false } }))
      .expectEvents({
        type: 'SpendCapSet',
        data: { projectId, cap: { monthlyMicroUsd: '5000000', enforce: false } },
      }));

  it('lift a cap with null', () =>
    given(created, capped)
      .when(changeSettings({ spendCap: null }))
      .expectEvents({ type: 'SpendCapSet', data: { projectId, cap: null } }));
});

describe('the slug of a project', () => {
  it('is made of its name', () => expect(projectSlugOf('Café Bot', projectId)).toBe('cafe-bot'));

  it('is made of its id when the name has no letter for an address', () =>
    expect(projectSlugOf('日本語', projectId)).toBe(`project-${projectId.slice(-8)}`));

  it('differs between two such projects made in the same millisecond', () => {
    const other = idOf('prj', `${uuidOf(projectId).slice(0, -4)}8058`);
    expect(projectSlugOf('日本語', other)).not.toBe(projectSlugOf('日本語', projectId));
  });
});
