import { idOf } from '@app/kernel';

import { decisionContext, givenFor } from '../../../../test/support/decider.js';
import { instanceDecider, type NameInstanceOwner } from './instance.decider.js';
import type { InstanceEvent } from './instance.events.js';

const first = idOf('usr', '01890a5d-ac96-774b-bcce-b30209900001');
const second = idOf('usr', '01890a5d-ac96-774b-bcce-b30209900002');
const named: InstanceEvent = { type: 'InstanceOwnerNamed', data: { accountId: first } };
const name = (accountId: NameInstanceOwner['data']['accountId']) => ({
  data: { accountId },
  context: decisionContext(),
});

const given = givenFor(instanceDecider);

describe('the instance', () => {
  it('gets its first owner', () => given().when(name(first)).expectEvents(named));
  it('changes nothing when the owner is named again', () => given(named).when(name(first)).expectEvents());
  it('keeps the owner it has', () => given(named).when(name(second)).expectEvents());
});
