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
  /**
   * True when it writes rows that admission transactions lock. It then runs once, at the end of the transaction, after
   * all other projections and after the answer is built, so that those rows are locked as shortly as possible.
   */
  readonly locksAdmissionRows?: boolean;
  /** `tx` sees the event's organization only. Must do the same when the same event comes again. */
  project(event: RecordedEvent, tx: EntityManager): Promise<void>;
}
