import { type AccountId, INSTANCE_ORGANIZATION, type SessionId, uuidOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { LIVE_SESSION } from '../credentials/sessions.js';
import { SessionReadModel } from './session.read-model.js';

/** Reads sessions within a transaction of the instance. */
@Injectable()
export class SessionQueries {
  /** Live sessions of an account, newest first, from below `before`. */
  ofAccount(
    tx: EntityManager,
    accountId: AccountId,
    { limit, before }: { readonly limit: number; readonly before: SessionId | null },
  ): Promise<SessionReadModel[]> {
    const query = tx
      .createQueryBuilder(SessionReadModel, 'session')
      .where('organization_id = :instance and account_id = :account', {
        instance: uuidOf(INSTANCE_ORGANIZATION),
        account: uuidOf(accountId),
      })
      .andWhere(LIVE_SESSION)
      .orderBy('session_id', 'DESC')
      .limit(limit);
    if (before !== null) query.andWhere('session_id < :before', { before: uuidOf(before) });
    return query.getMany();
  }
}
