import { Injectable } from '@nestjs/common';
import { type ApiKeyId, DomainError, idOf, uuidOf } from '@app/kernel';
import { decodeCursor, type ListQuery, type Page, pageOf, UUID_IN_CURSOR } from '@app/platform';
import type { ProjectScope } from '@app/projects';
import { type EntityManager, LessThan } from 'typeorm';

import { ApiKeyReadModel } from './api-key.read-model.js';
import { apiKeyViewOf, type ApiKeyView } from './api-key.view.js';

const whereIn = ({ organizationId, projectId }: ProjectScope) => ({
  organizationId: uuidOf(organizationId),
  projectId: uuidOf(projectId),
});

@Injectable()
export class ApiKeyQueries {
  /** NOT_FOUND for unknown keys and those of other projects. */
  async get(tx: EntityManager, scope: ProjectScope, apiKeyId: ApiKeyId): Promise<ApiKeyView> {
    const row = await tx.findOneBy(ApiKeyReadModel, { ...whereIn(scope), apiKeyId: uuidOf(apiKeyId) });
    if (row === null) throw new DomainError('NOT_FOUND');
    return apiKeyViewOf(row);
  }

  /** Newest first, revoked and expired ones included. */
  async page(tx: EntityManager, scope: ProjectScope, query: ListQuery): Promise<Page<ApiKeyView>> {
    const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, [UUID_IN_CURSOR]);
    const rows = await tx.find(ApiKeyReadModel, {
      where: { ...whereIn(scope), ...(before !== undefined && { apiKeyId: LessThan(before) }) },
      order: { apiKeyId: 'DESC' },
      take: query.limit + 1,
    });
    return pageOf(rows, query.limit, apiKeyViewOf, ({ apiKeyId }) => [apiKeyId]);
  }

  /** Whether the key is neither revoked nor expired now. */
  async isLive(tx: EntityManager, { organizationId, projectId }: ProjectScope, apiKeyId: ApiKeyId): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `select from api_keys
        where organization_id = $1 and project_id = $2 and api_key_id = $3
          and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`,
      [uuidOf(organizationId), uuidOf(projectId), uuidOf(apiKeyId)],
    );
    return rows.length > 0;
  }

  /** Live keys of the project. Expired ones may be many: the two halves each read only what they count. */
  async countLive(tx: EntityManager, { organizationId, projectId }: ProjectScope): Promise<number> {
    const [row] = await tx.query<[{ live: string }]>(
      `select (select count(*) from api_keys
                where organization_id = $1 and project_id = $2 and revoked_at is null and expires_at is null)
            + (select count(*) from api_keys
                where organization_id = $1 and project_id = $2 and revoked_at is null and expires_at > now()) as live`,
      [uuidOf(organizationId), uuidOf(projectId)],
    );
    return Number(row.live);
  }

  /** Live keys that this key made, directly or through others, which may be dead by now. */
  async liveDescendants(tx: EntityManager, { organizationId }: ProjectScope, apiKeyId: ApiKeyId): Promise<ApiKeyId[]> {
    const rows = await tx.query<{ id: string }[]>(
      `with recursive descendants as (
         select k.api_key_id, k.revoked_at, k.expires_at from api_keys k
          where k.organization_id = $1 and k.created_by_type = 'api_key' and k.created_by_id = $2
         union
         select k.api_key_id, k.revoked_at, k.expires_at from api_keys k
           join descendants parent on k.created_by_id = parent.api_key_id
          where k.organization_id = $1 and k.created_by_type = 'api_key')
       select api_key_id as id from descendants
        where revoked_at is null and (expires_at is null or expires_at > now())
        order by api_key_id`,
      [uuidOf(organizationId), uuidOf(apiKeyId)],
    );
    return rows.map(({ id }) => idOf('key', id));
  }
}
