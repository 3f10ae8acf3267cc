import type { RecordedEvent } from '@app/kernel';
import type { EntityManager } from 'typeorm';

import type { EventCatalogue } from '../events/event-catalogue.js';
import type { InlineProjection } from '../inline-projection.js';

/** The inline projections in the order of the composition root. */
export class InlineProjections {
  readonly #immediate: readonly InlineProjection[];
  readonly #last: readonly InlineProjection[];

  constructor(projections: readonly InlineProjection[], catalogue: EventCatalogue) {
    for (const { name, events } of projections) catalogue.requireKnown(events, `the inline projection ${name}`);
    this.#immediate = projections.filter(({ locksAdmissionRows }) => locksAdmissionRows !== true);
    this.#last = projections.filter(({ locksAdmissionRows }) => locksAdmissionRows === true);
  }

  /** Right after an append, so that the next decision of the transaction and its answer see the rows. */
  projectAppended(events: readonly RecordedEvent[], tx: EntityManager): Promise<void> {
    return project(this.#immediate, events, tx);
  }

  /** All events of the transaction, just before it commits. */
  projectLast(events: readonly RecordedEvent[], tx: EntityManager): Promise<void> {
    return project(this.#last, events, tx);
  }
}

const project = async (
  projections: readonly InlineProjection[],
  events: readonly RecordedEvent[],
  tx: EntityManager,
): Promise<void> => {
  for (const projection of projections) {
    for (const event of events) {
      if (projection.events.includes(event.type)) await projection.project(event, tx);
    }
  }
};
