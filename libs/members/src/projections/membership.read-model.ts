import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Role } from '../domain/role.js';

@Entity('memberships')
export class MembershipReadModel {
  @PrimaryColumn('uuid', { name: 'organization_id' })
  organizationId: string;

  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  role: Role;

  @Column('timestamptz')
  since: Date;
}
