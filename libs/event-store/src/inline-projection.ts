import type { RecordedEvent } from '@app/kernel';
import type { EntityManager } from 'typeorm';

/**
 * A read model written in the transaction of the events it shows, because a decision, a login or the actor's next
 * read depends on it. The composition root lists them in order; rows of the admission tables come last, in lock order.
 */
export interface InlineProjection {
  readonly name: string;
  /** Types it wants; others are not offered. */
  readonly events: readonly string[];
  /** `tx` sees the event's organization only. Must do the same when the same event comes again. */
  project(event: RecordedEvent, tx: EntityManager): Promise<void>;
}
