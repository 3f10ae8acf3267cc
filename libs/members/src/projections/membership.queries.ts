import { type AccountId, idOf, type OrganizationId, uuidOf } from '@app/kernel';
import { Database } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import type { Role } from '../domain/role.js';
import { MembershipReadModel } from './membership.read-model.js';

export interface Membership {
  readonly organizationId: OrganizationId;
  readonly role: Role;
  /** RFC 3339, UTC, microseconds. */
  readonly since: string;
}

/** Sort values of the last membership of a page. */
export interface MembershipPosition {
  readonly since: string;
  readonly organizationId: OrganizationId;
}

@Injectable()
export class MembershipQueries {
  constructor(private readonly database: Database) {}

  /** The role of an account within a transaction of the organization. */
  async role(tx: EntityManager, organizationId: OrganizationId, accountId: AccountId): Promise<Role | null> {
    const key = { organizationId: uuidOf(organizationId), accountId: uuidOf(accountId) };
    return (await tx.findOneBy(MembershipReadModel, key))?.role ?? null;
  }

  /** Memberships of an account in all organizations, the newest first. */
  async ofAccount(
    accountId: AccountId,
    { limit, before }: { readonly limit: number; readonly before: MembershipPosition | null },
  ): Promise<readonly Membership[]> {
    const rows = await this.database.lookup<{ organizationId: string; role: Role; since: string }>(
      `select organization_id as "organizationId", role,
              to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since
         from find_memberships($1, $2, $3, $4)`,
      [uuidOf(accountId), before?.since ?? null, before === null ? null : uuidOf(before.organizationId), limit],
    );
    return rows.map((row) => ({ ...row, organizationId: idOf('org', row.organizationId) }));
  }
}
