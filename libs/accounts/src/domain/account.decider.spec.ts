import { idOf } from '@app/kernel';

import { decisionContext, givenFor } from '../../../../test/support/decider.js';
import { accountDecider } from './account.decider.js';
import type { AccountEvent } from './account.events.js';

const data = {
  accountId: idOf('usr', '01890a5d-ac96-774b-bcce-b30209900001'),
  emailHash: 'e'.repeat(64),
  nameHash: 'n'.repeat(64),
};
const created: AccountEvent = { type: 'AccountCreated', data };
const create = { data, context: decisionContext() };

const given = givenFor(accountDecider);

describe('an account', () => {
  it('is created', () => given().when(create).expectEvents(created));
  it('changes nothing when created again', () => given(created).when(create).expectEvents());
});
