import type { EntityManager } from 'typeorm';

import type { StoredEvent } from '../chain/stored-event.js';
import type { SaltedOrigin } from '../events/event-origin.js';

/** A row to insert, with the person behind it for the side row. */
export interface EventToAppend {
  readonly event: StoredEvent;
  readonly origin: SaltedOrigin | null;
  /** UUID of the account that acted; `null` for keys and the system. */
  readonly accountId: string | null;
}

/** Epoch, xid and position are the columns' defaults: the application could not choose them if it wanted to. */
const APPEND = `
  with side_rows as (
    insert into event_origins (organization_id, event_id, account_id, ip, user_agent, salt)
    select $1, * from unnest($15::uuid[], $16::uuid[], $17::text[], $18::text[], $19::bytea[]))
  insert into events (organization_id, seq, id, stream_id, version, type, schema_version, project_id, data, metadata,
                      recorded_at, salt, leaf, link)
  select $1, * from unnest($2::bigint[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::int[], $8::uuid[],
                           $9::json[], $10::json[], $11::timestamptz[], $12::bytea[], $13::bytea[], $14::bytea[])`;

/** Appends in one round trip. The caller holds the organization's lock and has made sequence, versions and chain. */
export const appendEvents = async (
  tx: EntityManager,
  organizationId: string,
  rows: readonly EventToAppend[],
): Promise<void> => {
  const events = rows.map(({ event }) => event);
  const withOrigin = rows.filter((row) => row.origin !== null);
  await tx.query(APPEND, [
    organizationId,
    events.map(({ seq }) => seq),
    events.map(({ id }) => id),
    events.map(({ streamId }) => streamId),
    events.map(({ version }) => version),
    events.map(({ type }) => type),
    events.map(({ schemaVersion }) => schemaVersion),
    events.map(({ projectId }) => projectId),
    events.map(({ data }) => data),
    events.map(({ metadata }) => metadata),
    events.map(({ recordedAt }) => recordedAt),
    events.map(({ salt }) => salt),
    events.map(({ leaf }) => leaf),
    events.map(({ link }) => link),
    withOrigin.map(({ event }) => event.id),
    withOrigin.map(({ accountId }) => accountId),
    withOrigin.map(({ origin }) => origin?.origin.ip ?? null),
    withOrigin.map(({ origin }) => origin?.origin.userAgent ?? null),
    withOrigin.map(({ origin }) => origin?.salt ?? null),
  ]);
};
