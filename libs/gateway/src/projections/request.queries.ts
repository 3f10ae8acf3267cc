import { DomainError, idOf, type OrganizationId, type ProjectId, type RequestId, uuidOf } from '@app/kernel';
import { decodeCursor, encodeCursor, type ListQuery, type Page, UUID_IN_CURSOR } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { CallMetadata } from '../admission/call-metadata.js';
import { startOf, timeOfUuid, windowsBack, windowsForward } from './day-windows.js';
import { findFinished, findLater, findOpen, type ProjectScope, scanFinished, scanOpen } from './request-statements.js';
import { detailOf, folded, type RequestRow, viewOf } from './request-row.js';
import type { RequestDetailView, RequestView } from './request.view.js';
import type { RequestFilter } from './request-statements.js';

const DAY_MS = 86_400_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const FIRST_UUID = '00000000-0000-0000-0000-000000000000';

/** Place in the order of the list: created, then id. As text, it sorts like the rows. */
type Place = readonly [createdAt: string, id: string];

const NEWEST: Place = ['9999-12-31T23:59:59.999999Z', FIRST_UUID];
const isBefore = (a: Place, b: Place): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
const later = (a: Place, b: Place): Place => (isBefore(a, b) ? b : a);
const placeOf = (row: RequestRow): Place => [row.created_at, row.id];

/** Calls of a project: those in flight and those that have ended. */
@Injectable()
export class RequestQueries {
  constructor(private readonly metadata: CallMetadata) {}

  /**
   * Newest first. Records lie in partitions by the day they were made, which is never before the day the call came in:
   * once the partitions of a day and all later ones are read, nothing from that day on is missing. A filter that
   * matches little ends the page early; its cursor goes on from there.
   */
  async page(
    tx: EntityManager,
    scope: ProjectScope,
    filter: RequestFilter,
    { limit, cursor }: ListQuery,
  ): Promise<Page<RequestView>> {
    const start = this.startOf(filter, cursor);
    const wanted = { filter, before: start, rows: limit + 1 };
    // First the open ones: a call that ends in between is found twice, the other way round it could be missed.
    const open = await scanOpen(tx, scope, wanted);
    const found = new Map(open.rows.map((row) => [row.id, row]));
    // From here on, older rows may be missing.
    let complete: Place | null = open.cutAt;
    const oldest = Math.max(timeOfUuid(uuidOf(scope.projectId)) - DAY_MS, filter.from?.getTime() ?? 0);
    for (const window of windowsBack(Date.now(), oldest)) {
      const { rows, cutAt } = await scanFinished(tx, scope, wanted, window);
      for (const row of rows) found.set(row.id, row);
      if (cutAt !== null) complete = complete === null ? cutAt : later(complete, cutAt);
      const unread: Place = [startOf(window), FIRST_UUID];
      const end = complete === null ? unread : later(complete, unread);
      const shown = [...found.values()].filter((row) => !isBefore(placeOf(row), end)).toSorted(newestFirst);
      const isCut = complete !== null && !isBefore(complete, unread);
      if (shown.length > limit || isCut) return this.shownPage(tx, scope, shown, limit, end);
    }
    return this.shownPage(tx, scope, [...found.values()].toSorted(newestFirst), limit, null);
  }

  /** NOT_FOUND for a call of another project too. */
  async get(tx: EntityManager, scope: ProjectScope, requestId: RequestId): Promise<RequestDetailView> {
    const id = uuidOf(requestId);
    const row = (await findOpen(tx, scope, id)) ?? (await this.findFinished(tx, scope, id));
    if (row === null) throw new DomainError('NOT_FOUND');
    const more = row.day === null ? [] : await findLater(tx, scope, [id], row.day);
    const [call = row] = folded([row], more);
    return detailOf(
      call,
      more.some(({ kind }) => kind === 'correction'),
      await this.openMetadata(tx, scope, call),
    );
  }

  private async findFinished(tx: EntityManager, scope: ProjectScope, id: string): Promise<RequestRow | null> {
    const now = Date.now();
    const made = Math.max(timeOfUuid(id), timeOfUuid(uuidOf(scope.projectId))) - DAY_MS;
    for (const window of windowsForward(made, now)) {
      const row = await findFinished(tx, scope, id, window);
      if (row !== null) return row;
    }
    return null;
  }

  private startOf({ to }: RequestFilter, cursor: string | undefined): Place {
    const end: Place = to === undefined ? NEWEST : [to.toISOString().replace('Z', '000Z'), FIRST_UUID];
    if (cursor === undefined) return end;
    const [createdAt = '', id = ''] = decodeCursor(cursor, [TIME, UUID_IN_CURSOR]);
    return isBefore([createdAt, id], end) ? [createdAt, id] : end;
  }

  /** `end`: where reading stopped; `null` when there is nothing older. */
  private async shownPage(
    tx: EntityManager,
    scope: ProjectScope,
    rows: readonly RequestRow[],
    limit: number,
    end: Place | null,
  ): Promise<Page<RequestView>> {
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const next = rows.length > limit && last !== undefined ? placeOf(last) : end;
    const days = shown.flatMap(({ day }) => day ?? []).toSorted();
    const more =
      days[0] === undefined
        ? []
        : await findLater(
            tx,
            scope,
            shown.map(({ id }) => id),
            days[0],
          );
    return { data: folded(shown, more).map(viewOf), nextCursor: next === null ? null : encodeCursor(next) };
  }

  private async openMetadata(
    tx: EntityManager,
    { organizationId, projectId }: { organizationId: OrganizationId; projectId: ProjectId },
    { id, metadata }: RequestRow,
  ): Promise<RequestDetailView['metadata']> {
    if (metadata === null) return null;
    const call = { organizationId, projectId, requestId: idOf('req', id) };
    const text = await this.metadata.open(tx, call, metadata);
    return text === null ? null : (JSON.parse(text) as Readonly<Record<string, string>>);
  }
}

const newestFirst = (a: RequestRow, b: RequestRow): number => (isBefore(placeOf(a), placeOf(b)) ? 1 : -1);
