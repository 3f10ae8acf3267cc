import type { AccountId, DomainEvent, EventDefinitions } from '@app/kernel';

/** E-mail and name stand in the account's side row with the salt; erasing that row leaves hashes of nothing. */
export type AccountCreated = DomainEvent<
  'AccountCreated',
  { readonly accountId: AccountId; readonly emailHash: string; readonly nameHash: string }
>;

export type AccountEvent = AccountCreated;

export const accountEvents: EventDefinitions<AccountEvent> = {
  AccountCreated: { schemaVersion: 1, sealed: [] },
};
