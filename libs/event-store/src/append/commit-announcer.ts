import type { RecordedEvent } from '@app/kernel';
import { Log } from '@app/platform';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

import { FEED_CHANNEL } from '../feed/feed-channel.js';

const MIN_INTERVAL_MS = 100;

/**
 * What one command has committed, for listeners of this process: `@EventsHandler(EventsRecorded)`. It may be lost with
 * the process and no other process gets it, so it may only drop what is cached; effects start from the feed.
 */
export class EventsRecorded {
  constructor(readonly events: readonly RecordedEvent[]) {}
}

/** Tells of committed events: this process at once, the readers of all processes with at most ten NOTIFY a second. */
@Injectable()
export class CommitAnnouncer implements OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #lastAt = -Infinity;

  constructor(
    private readonly bus: EventBus,
    private readonly dataSource: DataSource,
    private readonly log: Log,
  ) {}

  announce(events: readonly RecordedEvent[]): void {
    if (events.length === 0) return;
    this.bus.publish(new EventsRecorded(events));
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#lastAt + MIN_INTERVAL_MS - performance.now());
    this.#timer = setTimeout(() => void this.wakeReaders(), wait).unref();
  }

  onModuleDestroy(): void {
    clearTimeout(this.#timer);
  }

  /** Never in a command's transaction: NOTIFY takes a lock of the whole server while it commits. */
  private async wakeReaders(): Promise<void> {
    this.#timer = undefined;
    this.#lastAt = performance.now();
    try {
      await this.dataSource.query('select pg_notify($1, $2)', [FEED_CHANNEL, '']);
    } catch (error) {
      // Readers poll: they only come a little later.
      this.log.warn('Readers of the event feed were not woken', {}, error);
    }
  }
}
