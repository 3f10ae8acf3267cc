import type { IdempotencyClaim } from '@app/kernel';
import type { EntityManager } from 'typeorm';

import { GENESIS_LINK } from '../chain/chain.js';
import type { ChainHead } from '../chain/verify-chain.js';
import { ANSWER_LIFETIME, type ClaimedRow } from '../idempotency/idempotent-answers.js';

/**
 * First statement of every command. Nothing is written before the lock is held: a transaction gets its xid with its
 * first write, so order of commit, xid, sequence and chain are one order inside an organization.
 */
const LOCK = `
  select set_config('app.organization_id', $1, true),
         pg_advisory_xact_lock(hashtextextended('event-store organization ' || $1, 0))`;

/** A statement of its own: its snapshot is taken after the wait for the lock. */
const HEAD = `
  select head.seq, head.link, answer.body, answer.key_id as "keyId", answer.sealed,
         (extract(epoch from greatest(clock_timestamp(), head.recorded_at + interval '1 microsecond')) * 1000000)::bigint
           as micros
    from (values (true)) as one
    left join lateral (
      select seq, link, recorded_at from events where organization_id = $1 order by seq desc limit 1) head on true
    left join idempotent_answers answer
      on answer.organization_id = $1 and answer.claim = $2
         and answer.created_at > clock_timestamp() - interval '${ANSWER_LIFETIME}'`;

interface HeadRow extends ClaimedRow {
  readonly seq: string | null;
  readonly link: Buffer | null;
  readonly micros: string;
}

export interface LockedChain {
  readonly head: ChainHead;
  /** Database clock under the lock, later than every event of the organization; microseconds since 1970. */
  readonly micros: bigint;
  readonly claimed: ClaimedRow;
}

/** Makes the organization visible, takes its lock and reads what every command needs. */
export const lockChain = async (
  tx: EntityManager,
  organizationId: string,
  claim: IdempotencyClaim | undefined,
): Promise<LockedChain> => {
  await tx.query(LOCK, [organizationId]);
  const [row] = await tx.query<[HeadRow]>(HEAD, [organizationId, claim?.claim ?? null]);
  return {
    head: { seq: Number(row.seq ?? 0), link: row.link ?? GENESIS_LINK },
    micros: BigInt(row.micros),
    claimed: row,
  };
};
