import type { RecordedEvent } from '@app/kernel';
import type { EntityManager } from 'typeorm';

/** A reactor or an asynchronous projection: it gets every event of its types once, in the order of the feed. */
export interface EventConsumer {
  /** Name of its place in the feed. A new name begins at the first event. */
  readonly name: string;
  /** Types it wants; others are passed over. */
  readonly events: readonly string[];
  /**
   * What follows from an event. Effects written through `tx`, which sees the event's organization only, happen once:
   * they commit together with the place in the feed. Anything else may happen again: a command goes through the
   * `CommandRunner` in its own transaction and must be harmless when repeated (derived ids, or nothing left to do). Short:
   * a page of events is one transaction, and it ends after two seconds. A failing event is tried again until it passes.
   */
  handle(event: RecordedEvent, tx: EntityManager): Promise<void>;
}
