import type { EntityManager } from 'typeorm';

import type { FeedCursor } from './feed-page.js';

/** How long a reader that says nothing keeps its place; on the database clock. Many times the longest page. */
export const LEASE_SECONDS = 15;

/** The right to move a consumer's place in the feed, until somebody else claims it after the lease has run out. */
export interface ReaderLease {
  /** Rises with every claim: an earlier holder that wakes up late can change nothing. */
  readonly fencing: string;
  readonly cursor: FeedCursor;
}

/** One partition a consumer so far; the column is there for consumers that need more. */
const PARTITION = 0;

/** The look before spares those who wait the lock on the row; the condition on the locked row decides. */
const CLAIM = `
  insert into reader_partitions as place (name, partition, owner, fencing, lease_until)
  select $1, ${PARTITION}, $2, 1, clock_timestamp() + make_interval(secs => $3)
   where not exists (
     select from reader_partitions held
      where held.name = $1 and held.partition = ${PARTITION}
        and held.owner <> $2 and held.lease_until > clock_timestamp())
  on conflict (name, partition) do update
    set owner = excluded.owner, fencing = place.fencing + 1,
        lease_until = clock_timestamp() + make_interval(secs => $3)
    where place.lease_until <= clock_timestamp() or place.owner = excluded.owner
  returning fencing, cursor_epoch as epoch, cursor_xid as xid, cursor_position as position`;

/** `null` while another reader holds the lease. The reader's own lease is claimed anew, with the place as it is stored. */
export const claimLease = async (
  tx: EntityManager,
  consumer: string,
  owner: string,
  seconds: number = LEASE_SECONDS,
): Promise<ReaderLease | null> => {
  const [row] = await tx.query<({ fencing: string } & FeedCursor)[]>(CLAIM, [consumer, owner, seconds]);
  if (row === undefined) return null;
  const { fencing, epoch, xid, position } = row;
  return { fencing, cursor: { epoch, xid, position } };
};

/** Moves the place and keeps the lease alive. False for a reader whose lease somebody else has claimed. */
export const moveCursor = async (
  tx: EntityManager,
  consumer: string,
  fencing: string,
  { epoch, xid, position }: FeedCursor,
  seconds: number = LEASE_SECONDS,
): Promise<boolean> => {
  const [, moved] = await tx.query<[unknown, number]>(
    `update reader_partitions
        set cursor_epoch = $3, cursor_xid = $4, cursor_position = $5,
            lease_until = clock_timestamp() + make_interval(secs => $6)
      where name = $1 and partition = ${PARTITION} and fencing = $2`,
    [consumer, fencing, epoch, xid, position, seconds],
  );
  return moved === 1;
};

/** Lets the next reader begin at once. */
export const releaseLease = async (tx: EntityManager, consumer: string, fencing: string): Promise<void> => {
  await tx.query(
    `update reader_partitions set lease_until = clock_timestamp()
      where name = $1 and partition = ${PARTITION} and fencing = $2`,
    [consumer, fencing],
  );
};
