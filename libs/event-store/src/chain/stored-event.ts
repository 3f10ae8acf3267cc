import type { EntityManager } from 'typeorm';

/** A row of `events` as the chain sees it: the texts exactly as stored, UUIDs in canonical lower case. */
export interface StoredEvent {
  readonly organizationId: string;
  readonly seq: number;
  readonly id: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly projectId: string | null;
  /** Canonical JSON; sealed members are `{"$sealed":"…"}`. */
  readonly data: string;
  /** Canonical JSON. */
  readonly metadata: string;
  /** RFC 3339, UTC, microseconds. */
  readonly recordedAt: string;
  readonly salt: Buffer;
  readonly leaf: Buffer;
  readonly link: Buffer;
}

/** `bigint` columns arrive as text; a sequence stays far below 2^53. */
type Row = Omit<StoredEvent, 'seq'> & { readonly seq: string };

const COLUMNS = `
  organization_id as "organizationId", seq, id, stream_id as "streamId", version, type,
  schema_version as "schemaVersion", project_id as "projectId", data::text as data, metadata::text as metadata,
  to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "recordedAt", salt, leaf, link`;

const select = async (tx: EntityManager, where: string, values: readonly unknown[]): Promise<StoredEvent[]> => {
  const rows = await tx.query<Row[]>(`select ${COLUMNS} from events where ${where}`, [...values]);
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
};

/** All events of a stream, oldest first. */
export const readStream = (tx: EntityManager, organizationId: string, streamId: string): Promise<StoredEvent[]> =>
  select(tx, `organization_id = $1 and stream_id = $2 order by version`, [organizationId, streamId]);

/** The events with these sequence numbers, oldest first. */
export const readSequence = (
  tx: EntityManager,
  organizationId: string,
  seqs: readonly string[],
): Promise<StoredEvent[]> =>
  select(tx, `organization_id = $1 and seq = any($2::bigint[]) order by seq`, [organizationId, seqs]);

/** A page of an organization's chain after `seq`, for `verifyChain` and exports. `tx` must see the organization. */
export const readChain = (
  tx: EntityManager,
  organizationId: string,
  after: number,
  limit: number,
): Promise<StoredEvent[]> =>
  select(tx, `organization_id = $1 and seq > $2 order by seq limit $3`, [organizationId, after, limit]);
