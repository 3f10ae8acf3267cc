import type { Command, CommandContext, Decider, DomainEvent, RecordedEvent, StreamRef } from '@app/kernel';
import type { EntityManager } from 'typeorm';

/** State of a stream after a decision, and the events that were appended for it (none when there was nothing to do). */
export interface Decided<State, E extends DomainEvent> {
  readonly state: State;
  /** Version of the stream after the append: the `ETag` of settings. */
  readonly version: number;
  readonly events: readonly RecordedEvent<E>[];
}

/** One command transaction: the organization is locked and visible, nothing is committed before `work` returns. */
export interface CommandTransaction {
  /** Database clock read under the lock; RFC 3339, UTC, microseconds. */
  readonly now: string;
  /** The same transaction, for side rows of persons, secrets and the rows of the answer. */
  readonly manager: EntityManager;
  /**
   * Reads and folds the stream, decides, appends. Several streams of the organization may be decided in one transaction,
   * and decisions on one stream see each other's events. An `expectedVersion` in the command's context is compared with
   * the stream's version before this transaction: leave it out of the contexts of further streams.
   */
  decide<State, C extends Command, E extends DomainEvent>(
    decider: Decider<State, C, E>,
    stream: StreamRef,
    command: C,
  ): Promise<Decided<State, E>>;
}

/** Runs commands: lock, idempotency claim, read, fold, decide, append, inline projections, answer; written once. */
export abstract class CommandRunner {
  /**
   * One transaction on the chain of `context.organizationId`. What `work` returns is the answer: JSON-serializable,
   * kept sealed for 24 h under the context's idempotency claim and given again, byte-equal, to a repeat. So a claim is
   * for one transaction of an organization: a second one with it would get the answer of the first.
   *
   * Rejects with what `work` threw, or SERVICE_UNAVAILABLE when the database did not do its part within five seconds,
   * which may also mean that it is not known whether it did; VERSION_CONFLICT, IDEMPOTENCY_MISMATCH,
   * IDEMPOTENCY_OUTCOME_UNKNOWN; CONFLICT when a unique read model refused.
   */
  abstract transaction<Answer>(
    context: CommandContext,
    work: (tx: CommandTransaction) => Promise<Answer>,
  ): Promise<Answer>;

  /** The common case: one command to one stream. */
  run<State, C extends Command, E extends DomainEvent, Answer>(
    decider: Decider<State, C, E>,
    stream: StreamRef,
    command: C,
    answer: (decided: Decided<State, E>, tx: CommandTransaction) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    return this.transaction(command.context, async (tx) => answer(await tx.decide(decider, stream, command), tx));
  }
}
