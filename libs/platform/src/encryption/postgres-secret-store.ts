import { type SecretId, uuidOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { Envelope, type SealBinding, type SealScope, type SecretRef, SecretStore } from './envelope.js';
import { parseSealed } from './sealed-text.js';
import { Secret } from './secret.js';

interface SecretRow {
  readonly version: number;
  readonly sealed: string;
}

const bindingOf = ({ id, ...rest }: SecretRef, version: number): SealBinding => ({
  ...rest,
  row: `${uuidOf(id)}/${version}`,
});

/** The store over the table `secrets`. */
@Injectable()
export class PostgresSecretStore extends SecretStore {
  constructor(private readonly envelope: Envelope) {
    super();
  }

  async put(tx: EntityManager, secret: SecretRef & { readonly version: number }, value: Secret): Promise<void> {
    const { organizationId, projectId, id, version, kind, origin } = secret;
    const sealed = await this.envelope.seal(tx, bindingOf(secret, version), value.reveal());
    await tx.query(
      `insert into secrets (organization_id, id, version, project_id, kind, origin, data_key_id, sealed)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        uuidOf(organizationId),
        uuidOf(id),
        version,
        projectId === null ? null : uuidOf(projectId),
        kind,
        origin,
        parseSealed(sealed).keyId,
        sealed,
      ],
    );
  }

  async get(tx: EntityManager, secret: SecretRef & { readonly version?: number }): Promise<Secret | null> {
    const rows: SecretRow[] = await tx.query(
      `select version, sealed from secrets
        where organization_id = $1 and id = $2 and ($3::integer is null or version = $3)
        order by version desc limit 1`,
      [uuidOf(secret.organizationId), uuidOf(secret.id), secret.version ?? null],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const plaintext = await this.envelope.open(tx, bindingOf(secret, row.version), row.sealed);
    return plaintext === null ? null : new Secret(plaintext);
  }

  async remove(tx: EntityManager, scope: SealScope, id: SecretId, belowVersion?: number): Promise<void> {
    await tx.query(
      `delete from secrets
        where organization_id = $1 and project_id is not distinct from $2::uuid and id = $3
          and ($4::integer is null or version < $4)`,
      [
        uuidOf(scope.organizationId),
        scope.projectId === null ? null : uuidOf(scope.projectId),
        uuidOf(id),
        belowVersion ?? null,
      ],
    );
  }
}
