import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { OwnModel, ProviderFormat } from '../domain/provider-connection.events.js';

/** A live connection of a project to a provider. The credential is in the table of secrets. */
@Entity('provider_connections')
export class ProviderConnectionReadModel {
  @PrimaryColumn('uuid', { name: 'organization_id' })
  organizationId: string;

  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId: string;

  @PrimaryColumn('text')
  provider: string;

  @Column('uuid', { name: 'connection_id' })
  connectionId: string;

  @Column('text')
  format: ProviderFormat;

  @Column('text', { name: 'base_url' })
  baseUrl: string;

  @Column('uuid', { name: 'secret_id' })
  secretId: string;

  @Column('integer', { name: 'secret_version' })
  secretVersion: number;

  @Column('text', { name: 'key_hint' })
  keyHint: string;

  @Column('text', { name: 'default_model', nullable: true })
  defaultModel: string | null;

  @Column('jsonb')
  models: readonly OwnModel[];

  @Column('boolean')
  enabled: boolean;
}
