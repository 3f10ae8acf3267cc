import { type Actor, type DomainEvent, idOf, type RecordedEvent } from '@app/kernel';
import { Envelope } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { canonicalJson } from '../chain/canonical-json.js';
import type { StoredEvent } from '../chain/stored-event.js';
import { EventCatalogue } from './event-catalogue.js';
import { type EventData, openData, sealData } from './sealed-data.js';

/** What stands in the column `metadata`; `origin` is the salted hash of the side row, `null` without one. */
interface EventMetadata {
  readonly actor: Actor;
  readonly origin: string | null;
  readonly requestId: string;
}

/** The two texts of a row that hold what happened. */
export type StoredContent = Pick<StoredEvent, 'data' | 'metadata'>;

/** Turns events into what is stored and back. */
@Injectable()
export class EventFormat {
  constructor(
    private readonly catalogue: EventCatalogue,
    private readonly envelope: Envelope,
  ) {}

  schemaVersionOf(type: string): number {
    return this.catalogue.definitionOf(type).schemaVersion;
  }

  async store(event: RecordedEvent, originHash: string | null, tx: EntityManager): Promise<StoredContent> {
    const { sealed } = this.catalogue.definitionOf(event.type);
    const { id: eventId, organizationId, projectId, actor, requestId } = event;
    const place = { eventId, organizationId, projectId };
    const data = await sealData(this.envelope, tx, place, event.data as EventData, sealed);
    const metadata: EventMetadata = {
      actor: { type: actor.type, id: actor.id } as Actor,
      origin: originHash,
      requestId,
    };
    return { data: canonicalJson(data, 'data'), metadata: canonicalJson(metadata, 'metadata') };
  }

  /** The events in clear and in their current form. Only what the catalogue knows as `E` stands in a stream of `E`. */
  async open<E extends DomainEvent>(rows: readonly StoredEvent[], tx: EntityManager): Promise<RecordedEvent<E>[]> {
    return Promise.all(rows.map((row) => this.openOne(row, tx) as Promise<RecordedEvent<E>>));
  }

  private async openOne(row: StoredEvent, tx: EntityManager): Promise<RecordedEvent> {
    const { streamId, version, seq, type, recordedAt } = row;
    const { actor, requestId } = JSON.parse(row.metadata) as EventMetadata;
    const id = idOf('evt', row.id);
    const organizationId = idOf('org', row.organizationId);
    const projectId = row.projectId === null ? null : idOf('prj', row.projectId);
    const place = { eventId: id, organizationId, projectId };
    const clear = await openData(this.envelope, tx, place, JSON.parse(row.data) as EventData);
    const data = this.catalogue.upcast(type, row.schemaVersion, clear);
    const schemaVersion = this.schemaVersionOf(type);
    return {
      id,
      organizationId,
      projectId,
      streamId,
      version,
      seq,
      type,
      schemaVersion,
      recordedAt,
      data,
      actor,
      requestId,
    };
  }
}
