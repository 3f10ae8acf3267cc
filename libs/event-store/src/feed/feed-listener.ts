import { setTimeout as sleep } from 'node:timers/promises';

import { Config, Log } from '@app/platform';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Client } from 'pg';

import { FEED_CHANNEL } from './feed-channel.js';

const RECONNECT_MS = 500;

/**
 * A connection of its own that listens for NOTIFY and hands it to the readers of this process. It connects with the
 * first reader, again whenever it is lost, and then wakes all of them: what was notified meanwhile is gone.
 */
@Injectable()
export class FeedListener implements OnModuleDestroy {
  readonly #wakers = new Set<() => void>();
  #client: Client | undefined;
  #listening: Promise<void> | undefined;
  #closed = false;

  constructor(
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  /** Calls `wake` when there may be new events; returns the way to end that. */
  subscribe(wake: () => void): () => void {
    this.#wakers.add(wake);
    this.#listening ??= this.listen();
    return () => this.#wakers.delete(wake);
  }

  async onModuleDestroy(): Promise<void> {
    this.#closed = true;
    await this.#client?.end();
    await this.#listening;
  }

  private async listen(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.listenUntilLost();
      } catch (error) {
        this.log.warn('Not listening for events, readers poll', {}, error);
      }
      if (!this.#closed) await sleep(RECONNECT_MS);
    }
  }

  private async listenUntilLost(): Promise<void> {
    const client = new Client({
      connectionString: this.config.databaseUrl.reveal(),
      application_name: 'ai-gateway feed listener',
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    this.#client = client;
    // An error of an idle connection is followed by its end.
    client.on('error', (error) => this.log.warn('Lost the connection that listens for events', {}, error));
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('notification', () => this.wakeAll());
    try {
      await client.connect();
      await client.query(`listen ${FEED_CHANNEL}`);
      this.wakeAll();
      await ended;
    } finally {
      void client.end();
    }
  }

  private wakeAll(): void {
    for (const wake of this.#wakers) wake();
  }
}
