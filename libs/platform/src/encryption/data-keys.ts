import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

import { uuidOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';

import { BrokenSealError } from './aead.js';
import type { SealScope } from './envelope.js';
import { KeyEncryptionKeys } from './key-encryption-keys.js';
import { SharedReads } from './shared-reads.js';

const KEY_BYTES = 32;

export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

interface DataKeyRow {
  readonly id: string;
  readonly project_id: string | null;
  readonly kek_id: string;
  /** `null` once destroyed. */
  readonly wrapped: Buffer | null;
}

interface ScopeIds {
  readonly organizationId: string;
  readonly projectId: string | null;
}

const idsOf = ({ organizationId, projectId }: SealScope): ScopeIds => ({
  organizationId: uuidOf(organizationId),
  projectId: projectId === null ? null : uuidOf(projectId),
});

/**
 * The data keys, one of each project and one of each organization.
 *
 * No unwrapped key is kept here between transactions. Another process may have destroyed the key a moment ago, so each
 * transaction must read the row anyway; unwrapping what it holds takes microseconds, little beside the reading, and a
 * cache of plaintext keys would only be one more place to clear. Values of one transaction that are opened side by side
 * share one reading.
 */
@Injectable()
export class DataKeys {
  private readonly reads = new SharedReads<EntityManager, DataKey | null>();

  constructor(private readonly keks: KeyEncryptionKeys) {}

  /** Harmless when repeated. A scope whose key has been destroyed gets no other one: it was deleted. */
  async create(tx: EntityManager, scope: SealScope): Promise<void> {
    const ids = idsOf(scope);
    const existing = await this.rowOf(tx, ids);
    if (existing?.wrapped === null) throw new Error('the data key of this scope has been destroyed');
    if (existing !== undefined) return;
    const id = v7();
    const dataKey = randomBytes(KEY_BYTES);
    const { kekId, wrapped } = this.keks.wrap(dataKey, { ...ids, id });
    dataKey.fill(0);
    await tx.query(
      `insert into data_keys (organization_id, id, project_id, kek_id, wrapped) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [ids.organizationId, id, ids.projectId, kekId, wrapped],
    );
  }

  /** Erases the wrapped key, and with it the secrets it sealed: they could never be opened again. */
  async destroy(tx: EntityManager, scope: SealScope): Promise<void> {
    const { organizationId, projectId } = idsOf(scope);
    await tx.query(
      `update data_keys set wrapped = null, destroyed_at = now()
        where organization_id = $1 and project_id is not distinct from $2::uuid and destroyed_at is null`,
      [organizationId, projectId],
    );
    await tx.query(`delete from secrets where organization_id = $1 and project_id is not distinct from $2::uuid`, [
      organizationId,
      projectId,
    ]);
  }

  /** The key that seals values of a scope; `null` when it has been destroyed. */
  ofScope(tx: EntityManager, scope: SealScope): Promise<DataKey | null> {
    const ids = idsOf(scope);
    return this.reads.share(tx, `${ids.organizationId} ${ids.projectId ?? ''}`, async () => {
      const row = await this.rowOf(tx, ids);
      if (row === undefined) throw new Error('this scope has no data key: it is made with its project or organization');
      return this.unwrap(row, ids.organizationId);
    });
  }

  /** The key that sealed a value; `null` when it has been destroyed. Throws when the value was sealed in another scope. */
  byId(tx: EntityManager, scope: SealScope, id: string): Promise<DataKey | null> {
    const { organizationId, projectId } = idsOf(scope);
    return this.reads.share(tx, `${organizationId} ${projectId ?? ''} ${id}`, async () => {
      const rows: DataKeyRow[] = await tx.query(
        `select id, project_id, kek_id, wrapped from data_keys where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      const [row] = rows;
      if (row === undefined || row.project_id !== projectId) throw new BrokenSealError('a sealed value');
      return this.unwrap(row, organizationId);
    });
  }

  private async rowOf(tx: EntityManager, { organizationId, projectId }: ScopeIds): Promise<DataKeyRow | undefined> {
    const rows: DataKeyRow[] = await tx.query(
      `select id, project_id, kek_id, wrapped from data_keys
        where organization_id = $1 and project_id is not distinct from $2::uuid
        order by destroyed_at nulls first limit 1`,
      [organizationId, projectId],
    );
    return rows[0];
  }

  private unwrap(
    { id, project_id: projectId, kek_id: kekId, wrapped }: DataKeyRow,
    organizationId: string,
  ): DataKey | null {
    if (wrapped === null) return null;
    const bytes = this.keks.unwrap({ kekId, wrapped }, { organizationId, projectId, id });
    const key = createSecretKey(bytes);
    bytes.fill(0);
    return { id, key };
  }
}
