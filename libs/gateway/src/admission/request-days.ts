import { Database, Log } from '@app/platform';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { Periodic } from './periodic.js';

/** Partitions that are kept ready beyond today. */
export const DAYS_AHEAD = 7;
export const ENSURE_REQUEST_DAYS = 'select ensure_request_days($1)';

const HOUR_MS = 3_600_000;

/** Keeps partitions of finished calls ready, a week ahead: every hour would be early enough for a whole week of failures. */
@Injectable()
export class RequestDays implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly periodic = new Periodic(
    HOUR_MS,
    () => this.ensure(),
    (error) => this.log.error('Cannot make the partitions of the next days', {}, error),
  );

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.periodic.stop();
  }

  async ensure(): Promise<void> {
    await this.database.lookup(ENSURE_REQUEST_DAYS, [DAYS_AHEAD]);
  }
}
