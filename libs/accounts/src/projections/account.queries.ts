import { type AccountId, idOf, INSTANCE_ORGANIZATION, uuidOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { AccountReadModel } from './account.read-model.js';

const INSTANCE = { organizationId: uuidOf(INSTANCE_ORGANIZATION) };

/** What sign-in needs to know of the account behind an address. */
export interface SignInRecord {
  readonly accountId: AccountId;
  readonly email: string;
  readonly name: string;
  /** `null` for an account that has set no password. */
  readonly passwordHash: string | null;
}

/** Reads accounts within a transaction of the instance. */
@Injectable()
export class AccountQueries {
  anyExists(tx: EntityManager): Promise<boolean> {
    return tx.existsBy(AccountReadModel, INSTANCE);
  }

  emailExists(tx: EntityManager, emailKey: string): Promise<boolean> {
    return tx.existsBy(AccountReadModel, { ...INSTANCE, emailKey });
  }

  find(tx: EntityManager, accountId: AccountId): Promise<AccountReadModel | null> {
    return tx.findOneBy(AccountReadModel, { ...INSTANCE, accountId: uuidOf(accountId) });
  }

  async isInstanceOwner(tx: EntityManager, accountId: AccountId): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      'select from instance_owners where organization_id = $1 and account_id = $2',
      [INSTANCE.organizationId, uuidOf(accountId)],
    );
    return rows.length > 0;
  }

  async signInRecord(tx: EntityManager, emailKey: string): Promise<SignInRecord | null> {
    const [row] = await tx.query<{ accountId: string; email: string; name: string; passwordHash: string | null }[]>(
      `select a.account_id as "accountId", a.email, a.name, p.hash as "passwordHash"
         from accounts a left join account_passwords p using (organization_id, account_id)
        where a.organization_id = $1 and a.email_key = $2`,
      [INSTANCE.organizationId, emailKey],
    );
    return row === undefined ? null : { ...row, accountId: idOf('usr', row.accountId) };
  }
}
