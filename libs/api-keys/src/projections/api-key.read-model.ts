import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';

import type { ApiKeyType, KeyEnvironment } from '../domain/api-key.events.js';

/** A key as people see it, and the digest that recognises it. The key itself is nowhere. */
@Entity('api_keys')
export class ApiKeyReadModel {
  @PrimaryColumn('uuid', { name: 'organization_id' })
  organizationId: string;

  @PrimaryColumn('uuid', { name: 'api_key_id' })
  apiKeyId: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'key_type' })
  keyType: ApiKeyType;

  @Column('text')
  environment: KeyEnvironment;

  @Column('text')
  prefix: string;

  @Column('text', { select: false })
  digest: string;

  @Column('text', { name: 'pepper_id', select: false })
  pepperId: string;

  @Column('text', { name: 'created_by_type' })
  createdByType: 'user' | 'api_key' | 'system';

  /** `null` for the system. */
  @Column('uuid', { name: 'created_by_id', nullable: true })
  createdById: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  /** By the database clock, like everything that decides over a key. */
  @VirtualColumn({
    type: 'text',
    query: (key) =>
      `case when ${key}.revoked_at is not null then 'revoked' when ${key}.expires_at <= now() then 'expired' else 'active' end`,
  })
  status: 'active' | 'expired' | 'revoked';

  @VirtualColumn({ type: 'boolean', query: (key) => `${key}.created_at < now() - interval '90 days'` })
  isOld: boolean;
}
