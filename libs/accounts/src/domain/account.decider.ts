import type { AccountId, Command, Decider, Decision, StreamRef } from '@app/kernel';

import type { AccountCreated, AccountEvent } from './account.events.js';

export type Account = { readonly status: 'missing' } | { readonly status: 'active' };

export type CreateAccount = Command<AccountCreated['data']>;

const create = ({ data }: Decision<CreateAccount>, account: Account): readonly AccountEvent[] =>
  account.status === 'active' ? [] : [{ type: 'AccountCreated', data }];

export const accountDecider: Decider<Account, CreateAccount, AccountEvent> = {
  initialState: { status: 'missing' },
  decide: create,
  evolve: () => ({ status: 'active' }),
};

export const accountStream = (accountId: AccountId): StreamRef => ({ type: 'account', id: accountId, projectId: null });
