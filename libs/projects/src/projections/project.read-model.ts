import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A project as its organization sees it. A deleted one stays as a tombstone without words, so that its id is never anybody else's. */
@Entity('projects')
export class ProjectReadModel {
  @PrimaryColumn('uuid', { name: 'organization_id' })
  organizationId: string;

  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId: string;

  @Column('text')
  status: 'active' | 'deleted';

  @Column('text')
  name: string;

  @Column('text')
  slug: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text')
  region: string;

  @Column('text', { name: 'default_provider', nullable: true })
  defaultProvider: string | null;

  @Column('text', { name: 'default_model', nullable: true })
  defaultModel: string | null;

  @Column('integer', { name: 'requests_per_minute' })
  requestsPerMinute: number;

  @Column('integer', { name: 'test_requests_per_minute' })
  testRequestsPerMinute: number;

  @Column('bigint', { name: 'cap_monthly_micro_usd', nullable: true })
  capMonthlyMicroUsd: string | null;

  @Column('boolean', { name: 'cap_enforce', nullable: true })
  capEnforce: boolean | null;

  /** Version of the project's stream that this row shows: the `ETag` of its settings. */
  @Column('integer')
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}
