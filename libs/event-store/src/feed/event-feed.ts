import { Log } from '@app/platform';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { EventCatalogue } from '../events/event-catalogue.js';
import { EventFormat } from '../events/event-format.js';
import type { EventConsumer } from './event-consumer.js';
import { EventReader } from './event-reader.js';
import { FeedListener } from './feed-listener.js';

/** Where consumers of events are started. */
@Injectable()
export class EventFeed implements BeforeApplicationShutdown {
  readonly #readers: EventReader[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: EventCatalogue,
    private readonly format: EventFormat,
    private readonly listener: FeedListener,
    private readonly log: Log,
  ) {}

  /** A reader that stands still until it is started. Refuses a consumer that wants an event type nobody defines. */
  readerOf(consumer: EventConsumer, maxPageSize?: number): EventReader {
    this.catalogue.requireKnown(consumer.events, `the consumer ${consumer.name}`);
    const { dataSource, format, listener, log } = this;
    const reader = new EventReader(consumer, { dataSource, format, listener, log }, maxPageSize);
    this.#readers.push(reader);
    return reader;
  }

  /** Before the connection pool is closed, which happens on shutdown. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.stop()));
  }
}
