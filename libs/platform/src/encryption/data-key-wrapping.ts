import { idOf, INSTANCE_ORGANIZATION, uuidOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';

import { StartError } from '../config/start-error.js';
import { Database } from '../database/database.js';
import { BrokenSealError } from './aead.js';
import { KeyEncryptionKeys } from './key-encryption-keys.js';

const BATCH = 500;
const NIL = uuidOf(INSTANCE_ORGANIZATION);

export interface Rewrapping {
  readonly rewrapped: number;
  /** Ids of data keys whose stored form is damaged. They stay as they are and keep their key-encryption key in use. */
  readonly damaged: readonly string[];
}

interface WrappedRow {
  readonly project_id: string | null;
  readonly kek_id: string;
  readonly wrapped: Buffer;
}

/** Which key-encryption keys the stored data keys need, and the way from an old one to a new one. */
@Injectable()
export class DataKeyWrapping {
  constructor(
    private readonly database: Database,
    private readonly keks: KeyEncryptionKeys,
  ) {}

  /** Live data keys by the key-encryption key that wraps them. A key may leave `ENCRYPTION_KEYS` when it is not among these. */
  async inUse(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.lookup<{ kek_id: string; live_keys: string }>('select * from data_keys_by_kek()');
    return new Map(rows.map(({ kek_id: kekId, live_keys: count }) => [kekId, Number(count)]));
  }

  /** Refuses to start without a key that stored values need: every later call on them would fail. */
  async requireKeysInUse(): Promise<void> {
    for (const [kekId, count] of await this.inUse()) {
      if (!this.keks.has(kekId)) {
        throw new StartError(
          `ENCRYPTION_KEYS lacks the key "${kekId}", which wraps ${count} data keys of this database.`,
        );
      }
    }
  }

  /**
   * Wraps every data key that another key wraps with the first one of `ENCRYPTION_KEYS`. May be ended at any point,
   * repeated, and run twice at once: each data key is one short transaction.
   */
  async rewrapAll(): Promise<Rewrapping> {
    let rewrapped = 0;
    const damaged: string[] = [];
    let after = { organization_id: NIL, id: NIL };
    for (;;) {
      const batch = await this.database.lookup<typeof after>('select * from data_keys_to_rewrap($1, $2, $3, $4)', [
        this.keks.firstId,
        after.organization_id,
        after.id,
        BATCH,
      ]);
      for (const row of batch) {
        try {
          if (await this.rewrap(row.organization_id, row.id)) rewrapped += 1;
        } catch (error) {
          // One damaged row must not keep all others under a key that is to be retired.
          if (!(error instanceof BrokenSealError)) throw error;
          damaged.push(row.id);
        }
        after = row;
      }
      if (batch.length < BATCH) return { rewrapped, damaged };
    }
  }

  private rewrap(organizationId: string, id: string): Promise<boolean> {
    return this.database.inOrganization(idOf('org', organizationId), async (tx) => {
      // Locked: a destruction that comes at the same time must not be undone.
      const [row] = await tx.query<WrappedRow[]>(
        `select project_id, kek_id, wrapped from data_keys
          where organization_id = $1 and id = $2 and destroyed_at is null and kek_id <> $3 for update`,
        [organizationId, id, this.keks.firstId],
      );
      if (row === undefined) return false;
      const place = { organizationId, projectId: row.project_id, id };
      const dataKey = this.keks.unwrap({ kekId: row.kek_id, wrapped: row.wrapped }, place);
      const { kekId, wrapped } = this.keks.wrap(dataKey, place);
      dataKey.fill(0);
      await tx.query(
        `update data_keys set wrapped = $3, kek_id = $4, former_kek_ids = array_append(former_kek_ids, kek_id)
          where organization_id = $1 and id = $2`,
        [organizationId, id, wrapped, kekId],
      );
      return true;
    });
  }
}
