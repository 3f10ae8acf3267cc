import { Injectable } from '@nestjs/common';
import { uuidOf, type OrganizationId } from '@app/kernel';
import { DataSource, type EntityManager } from 'typeorm';

/** Makes one organization visible to the row-level-security policies until the transaction ends. */
const SET_TENANT = `select set_config('app.organization_id', $1, true)`;

/**
 * The door to PostgreSQL for reads and for tables that no event describes. Commands go through the event store's
 * `CommandRunner`, which also takes the organization's lock.
 */
@Injectable()
export class Database {
  constructor(private readonly dataSource: DataSource) {}

  /** One short transaction that sees exactly one organization. */
  inOrganization<T>(organizationId: OrganizationId, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (tx) => {
      await tx.query(SET_TENANT, [uuidOf(organizationId)]);
      return work(tx);
    });
  }

  /**
   * Calls one of the closed list of `security definer` functions that see many tenants. Outside any tenant a plain
   * table shows no rows, so nothing but those functions is of use here.
   */
  lookup<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.dataSource.query(sql, [...values]);
  }
}
