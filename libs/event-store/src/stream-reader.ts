import {
  type Decider,
  type DomainEvent,
  type OrganizationId,
  type RecordedEvent,
  type StreamRef,
  uuidOf,
} from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { streamIdOf } from './append/organization-transaction.js';
import { readStream } from './chain/stored-event.js';
import { EventFormat } from './events/event-format.js';

/** A stream folded to its state. `version` 0: nothing has happened in it. */
export interface StreamState<State> {
  readonly state: State;
  readonly version: number;
}

/** Reads streams for answers; decisions read theirs inside `CommandTransaction.decide`, under the lock. */
@Injectable()
export class StreamReader {
  constructor(private readonly format: EventFormat) {}

  /** All events of a stream, oldest first, unsealed. `tx` must see the organization. */
  async events<E extends DomainEvent>(
    tx: EntityManager,
    organizationId: OrganizationId,
    stream: StreamRef,
  ): Promise<RecordedEvent<E>[]> {
    return this.format.open<E>(await readStream(tx, uuidOf(organizationId), streamIdOf(stream)), tx);
  }

  async fold<State, E extends DomainEvent>(
    tx: EntityManager,
    organizationId: OrganizationId,
    stream: StreamRef,
    { initialState, evolve }: Pick<Decider<State, never, E>, 'initialState' | 'evolve'>,
  ): Promise<StreamState<State>> {
    const events = await this.events<E>(tx, organizationId, stream);
    return { state: events.reduce<State>(evolve, initialState), version: events.length };
  }
}
