import type { OrganizationId, ProjectId, RequestId } from '@app/kernel';
import { Database, Envelope, type SealBinding, type Sealer } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';

interface CallRef {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  readonly requestId: RequestId;
}

const KEEP_MS = 60_000;
/** A call waits this long for the key at most: it has to be answered in time without it too. */
const READ_LIMIT_MS = 1_500;
const MOST_SEALERS = 1_000;

const valueOf = ({ requestId }: CallRef): Pick<SealBinding, 'kind' | 'row' | 'origin'> => ({
  kind: 'call-metadata',
  row: requestId,
  origin: '',
});

/** The free text a customer sends along with a call: stored only sealed, so that it goes with the project's data key. */
@Injectable()
export class CallMetadata {
  private readonly sealers = new Map<ProjectId, { readonly sealer: Promise<Sealer | null>; readonly readAt: number }>();

  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
  ) {}

  /** `null` once the project's data key is destroyed; its calls are refused anyway. */
  async seal(call: CallRef, metadata: string): Promise<string | null> {
    const sealer = await this.sealerOf(call);
    return sealer === null ? null : sealer.seal(valueOf(call), metadata);
  }

  /** `null` once the project's data key is destroyed. */
  open(tx: EntityManager, call: CallRef, sealed: string): Promise<string | null> {
    const { organizationId, projectId } = call;
    return this.envelope.open(tx, { organizationId, projectId, ...valueOf(call) }, sealed);
  }

  private sealerOf({ organizationId, projectId }: CallRef): Promise<Sealer | null> {
    const known = this.sealers.get(projectId);
    if (known !== undefined && performance.now() - known.readAt < KEEP_MS) return known.sealer;
    this.sealers.delete(projectId);
    const [oldest] = this.sealers.keys();
    if (this.sealers.size >= MOST_SEALERS && oldest !== undefined) this.sealers.delete(oldest);
    const read = this.database.inOrganization(organizationId, (tx) =>
      this.envelope.sealer(tx, { organizationId, projectId }),
    );
    const sealer = Promise.race([read, tooLate()]);
    this.sealers.set(projectId, { sealer, readAt: performance.now() });
    sealer.catch(() => this.sealers.delete(projectId));
    return sealer;
  }
}

const tooLate = async (): Promise<never> => {
  await sleep(READ_LIMIT_MS, undefined, { ref: false });
  throw new Error('the data key was not read in time');
};
