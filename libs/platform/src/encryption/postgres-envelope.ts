import { uuidOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { associatedData, BrokenSealError, decrypt, encrypt } from './aead.js';
import { DataKeys } from './data-keys.js';
import { Envelope, type SealBinding, type Sealer, type SealScope } from './envelope.js';
import { formatSealed, parseSealed, SEAL_VERSION } from './sealed-text.js';

const boundTo = ({ organizationId, projectId, kind, row, origin }: SealBinding, keyId: string): Buffer =>
  associatedData(
    SEAL_VERSION,
    uuidOf(organizationId),
    projectId === null ? '' : uuidOf(projectId),
    kind,
    row,
    origin,
    keyId,
  );

/** The envelope over the table `data_keys`. */
@Injectable()
export class PostgresEnvelope extends Envelope {
  constructor(private readonly dataKeys: DataKeys) {
    super();
  }

  createDataKey(tx: EntityManager, scope: SealScope): Promise<void> {
    return this.dataKeys.create(tx, scope);
  }

  destroyDataKey(tx: EntityManager, scope: SealScope): Promise<void> {
    return this.dataKeys.destroy(tx, scope);
  }

  async seal(tx: EntityManager, binding: SealBinding, plaintext: string): Promise<string> {
    const sealer = await this.sealer(tx, binding);
    if (sealer === null) throw new Error('the data key of this scope has been destroyed: nothing more is sealed in it');
    return sealer.seal(binding, plaintext);
  }

  async sealer(tx: EntityManager, { organizationId, projectId }: SealScope): Promise<Sealer | null> {
    const dataKey = await this.dataKeys.ofScope(tx, { organizationId, projectId });
    if (dataKey === null) return null;
    return {
      seal: ({ kind, row, origin }, plaintext) => {
        const bytes = Buffer.from(plaintext, 'utf8');
        // UTF-8 has no form of a lone surrogate: it would come back as another character.
        if (bytes.toString('utf8') !== plaintext) throw new TypeError('a text with a lone surrogate cannot be sealed');
        const associated = boundTo({ organizationId, projectId, kind, row, origin }, dataKey.id);
        return formatSealed({ keyId: dataKey.id, encrypted: encrypt(dataKey.key, bytes, associated) });
      },
    };
  }

  async open(tx: EntityManager, binding: SealBinding, sealed: string): Promise<string | null> {
    const { keyId, encrypted } = parseSealed(sealed);
    const dataKey = await this.dataKeys.byId(tx, binding, keyId);
    if (dataKey === null) return null;
    const bytes = decrypt(dataKey.key, encrypted, boundTo(binding, keyId));
    if (bytes === null) throw new BrokenSealError('a sealed value');
    return bytes.toString('utf8');
  }
}
