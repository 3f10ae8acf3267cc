import { Controller, Get } from '@nestjs/common';
import { DomainError } from '@app/kernel';

import { Public } from '../access/route-access.js';
import { Database } from '../database/database.js';
import { MayFail } from './documented-errors.js';
import { ProbeResponse } from './probes.dto.js';
import { Readiness } from './readiness.js';

/** Shorter than the time-outs of common orchestrators, so that they get an answer. */
const DATABASE_MS = 900;

@Controller()
@Public()
export class ProbesController {
  constructor(
    private readonly readiness: Readiness,
    private readonly database: Database,
  ) {}

  /** The process runs; whether it can serve is `/readyz`. */
  @Get('livez')
  live(): ProbeResponse {
    return { status: 'ok' };
  }

  /** The process wants requests: it is not stopping and the database answers at once. */
  @Get('readyz')
  @MayFail('SERVICE_UNAVAILABLE')
  async ready(): Promise<ProbeResponse> {
    if (this.readiness.draining) throw new DomainError('SERVICE_UNAVAILABLE', 'Stopping');
    await this.reachDatabase();
    return { status: 'ok' };
  }

  private async reachDatabase(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new DomainError('SERVICE_UNAVAILABLE', 'The database does not answer')),
        DATABASE_MS,
      );
    });
    try {
      await Promise.race([this.database.lookup('select 1 as one'), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
