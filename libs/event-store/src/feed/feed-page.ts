import type { EntityManager } from 'typeorm';

/** A place in the feed, as PostgreSQL's texts; of use in this database only. */
export interface FeedCursor {
  readonly epoch: number;
  readonly xid: string;
  readonly position: string;
}

/** Where an event is: all that may be read of it without its organization. UUIDs and `bigint` texts as PostgreSQL has them. */
export interface FeedHeader extends FeedCursor {
  readonly organizationId: string;
  readonly seq: string;
  readonly id: string;
  readonly type: string;
  readonly projectId: string | null;
}

/** The events after a place, of all organizations, without gaps. */
export const readFeed = (tx: EntityManager, after: FeedCursor, limit: number): Promise<FeedHeader[]> =>
  tx.query<FeedHeader[]>(
    `select organization_id as "organizationId", seq, id, type, project_id as "projectId", epoch, xid, position
       from read_event_feed($1, $2, $3, $4)`,
    [after.epoch, after.xid, after.position, limit],
  );

/** Cuts a page where the organization changes; the order stays. */
export const runsOf = (headers: readonly FeedHeader[]): FeedHeader[][] => {
  const runs: FeedHeader[][] = [];
  for (const header of headers) {
    const last = runs.at(-1);
    if (last?.[0]?.organizationId === header.organizationId) last.push(header);
    else runs.push([header]);
  }
  return runs;
};
