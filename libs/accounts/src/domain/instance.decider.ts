import {
  type AccountId,
  type Command,
  type Decider,
  type Decision,
  INSTANCE_ORGANIZATION,
  type StreamRef,
} from '@app/kernel';

import type { InstanceEvent } from './instance.events.js';

export type Instance = { readonly status: 'unowned' } | { readonly status: 'owned'; readonly ownerId: AccountId };

/** Makes an account the owner of an instance that never had one. */
export type NameInstanceOwner = Command<{ readonly accountId: AccountId }>;

/** Once owned, always owned: erasing the owner's account must not hand the instance to whoever signs up next. */
const nameOwner = ({ data }: Decision<NameInstanceOwner>, instance: Instance): readonly InstanceEvent[] =>
  instance.status === 'owned' ? [] : [{ type: 'InstanceOwnerNamed', data: { accountId: data.accountId } }];

export const instanceDecider: Decider<Instance, NameInstanceOwner, InstanceEvent> = {
  initialState: { status: 'unowned' },
  decide: nameOwner,
  evolve: (_, event) => ({ status: 'owned', ownerId: event.data.accountId }),
};

export const INSTANCE_STREAM: StreamRef = { type: 'instance', id: INSTANCE_ORGANIZATION, projectId: null };
