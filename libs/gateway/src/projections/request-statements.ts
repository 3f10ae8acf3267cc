import { type ApiKeyId, type OrganizationId, type ProjectId, uuidOf } from '@app/kernel';
import type { EntityManager } from 'typeorm';

import type { DayWindow } from './day-windows.js';
import { FINISHED_COLUMNS, OPEN_COLUMNS, type RequestRow } from './request-row.js';
import type { Environment, RequestStatus } from './request.view.js';

export interface ProjectScope {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
}

export interface RequestFilter {
  readonly status?: RequestStatus | undefined;
  readonly environment?: Environment | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly keyId?: ApiKeyId | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

/** Which rows of the list: older than a place, at most so many. */
export interface Wanted {
  readonly filter: RequestFilter;
  readonly before: readonly [createdAt: string, id: string];
  readonly rows: number;
}

/** Rows found, and the place below which the statement did not look; `null` when it saw everything. */
export interface Scan {
  readonly rows: readonly RequestRow[];
  readonly cutAt: readonly [createdAt: string, id: string] | null;
}

/** Rows one statement looks at for a filter that no index serves. */
const MOST_EXAMINED = 10_000;

const scopeValues = ({ organizationId, projectId }: ProjectScope): readonly string[] => [
  uuidOf(organizationId),
  uuidOf(projectId),
];

/** The status a call has now: that of its correction, when it was expired and then reported. */
const CURRENT_STATUS = `case when r.status = 'expired' then coalesce(
    (select k.status from requests k where k.organization_id = r.organization_id and k.request_id = r.id
        and k.kind = 'correction' and k.day >= r.day limit 1), r.status) else r.status end`;

/** The filter as SQL; values are appended to `values`. */
const conditions = (filter: RequestFilter, status: string, values: unknown[]): readonly string[] => {
  const equal = (column: string, value: unknown): string[] =>
    value === undefined ? [] : [`${column} = $${values.push(value)}`];
  return [
    ...equal(status, filter.status),
    ...equal('r.environment', filter.environment),
    ...equal('r.provider', filter.provider),
    ...equal('r.model', filter.model),
    ...equal('r.api_key_id', filter.keyId === undefined ? undefined : uuidOf(filter.keyId)),
  ];
};

export const scanOpen = async (tx: EntityManager, scope: ProjectScope, wanted: Wanted): Promise<Scan> => {
  const { filter, before, rows } = wanted;
  const values: unknown[] = [...scopeValues(scope), ...before, filter.from ?? '-infinity', rows];
  const filters = conditions(filter, `'admitted'`, values).map((condition) => `and ${condition}`);
  const found: RequestRow[] = await tx.query(
    `select ${OPEN_COLUMNS} from open_calls r
      where r.organization_id = $1 and r.project_id = $2 and (r.created_at, r.id) < ($3::timestamptz, $4::uuid)
        and r.created_at >= $5::timestamptz ${filters.join(' ')}
      order by r.created_at desc, r.id desc limit $6`,
    values,
  );
  const last = found.at(-1);
  return { rows: found, cutAt: found.length === rows && last ? [last.created_at, last.id] : null };
};

export const scanFinished = async (
  tx: EntityManager,
  scope: ProjectScope,
  { filter, before, rows }: Wanted,
  window: DayWindow,
): Promise<Scan> => {
  const base: unknown[] = [
    ...scopeValues(scope),
    window.from,
    window.to ?? 'infinity',
    ...before,
    filter.from ?? '-infinity',
  ];
  const candidates = `
    from requests
   where organization_id = $1 and project_id = $2 and day between $3::date and $4::date
     and kind in ('call', 'blocked') and (created_at, id) < ($5::timestamptz, $6::uuid) and created_at >= $7::timestamptz
   order by created_at desc, id desc`;
  const values = [...base, rows];
  const filters = conditions(filter, CURRENT_STATUS, values);
  const examined = filters.length === 0 ? rows : MOST_EXAMINED;
  const found: RequestRow[] = await tx.query(
    `select ${FINISHED_COLUMNS}
       from (select * ${candidates} limit ${examined}) r
      ${filters.length === 0 ? '' : `where ${filters.join(' and ')}`}
      order by r.created_at desc, r.id desc limit $8`,
    values,
  );
  const last = found.at(-1);
  if (found.length === rows && last) return { rows: found, cutAt: [last.created_at, last.id] };
  if (filters.length === 0) return { rows: found, cutAt: null };
  const [edge]: RequestRow[] = await tx.query(
    `select ${FINISHED_COLUMNS} from (select * ${candidates} offset ${MOST_EXAMINED - 1} limit 1) r`,
    base,
  );
  return { rows: found, cutAt: edge ? [edge.created_at, edge.id] : null };
};

export const findOpen = async (tx: EntityManager, scope: ProjectScope, id: string): Promise<RequestRow | null> => {
  const [row]: RequestRow[] = await tx.query(
    `select ${OPEN_COLUMNS} from open_calls where organization_id = $1 and project_id = $2 and id = $3`,
    [...scopeValues(scope), id],
  );
  return row ?? null;
};

export const findFinished = async (
  tx: EntityManager,
  scope: ProjectScope,
  id: string,
  window: DayWindow,
): Promise<RequestRow | null> => {
  const [row]: RequestRow[] = await tx.query(
    `select ${FINISHED_COLUMNS} from requests
      where organization_id = $1 and project_id = $2 and id = $3 and day between $4::date and $5::date
        and kind in ('call', 'blocked')`,
    [...scopeValues(scope), id, window.from, window.to ?? 'infinity'],
  );
  return row ?? null;
};

/** What was booked for these calls after their records, oldest first. `since`: the day of the first record. */
export const findLater = async (
  tx: EntityManager,
  scope: ProjectScope,
  ids: readonly string[],
  since: string,
): Promise<readonly RequestRow[]> => {
  const rows: RequestRow[] = await tx.query(
    `select ${FINISHED_COLUMNS} from requests r
      where organization_id = $1 and project_id = $2 and request_id = any($3::uuid[]) and day >= $4::date
      order by r.epoch, r.xid, r.position`,
    [...scopeValues(scope), [...ids], since],
  );
  return rows;
};
