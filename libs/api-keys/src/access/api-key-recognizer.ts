import { type ApiKeyId, idOf, type OrganizationId, type ProjectId } from '@app/kernel';
import { Database, KeyDigests } from '@app/platform';
import { Injectable } from '@nestjs/common';

import type { ApiKeyType, KeyEnvironment } from '../domain/api-key.events.js';
import { recogniseKeyShape } from '../domain/key-format.js';
import { RecentlyUsed } from './recently-used.js';

/** Who a key was when it was made, which never changes. Whether it still opens anything is for admission to say. */
export interface RecognizedKey {
  readonly apiKeyId: ApiKeyId;
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  readonly keyType: ApiKeyType;
  readonly environment: KeyEnvironment;
}

interface KeyRow {
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly keyType: ApiKeyType;
  readonly environment: KeyEnvironment;
}

/** Keys in use on one node; about 20 MB when full. */
const KNOWN_KEYS = 50_000;
const UNKNOWN_KEYS = 10_000;
/** Well-formed keys that nobody made are asked for again after this time. */
const UNKNOWN_FOR_MS = 1_000;

/** One round trip however many peppers there are. */
const FIND = `
  select k.organization_id as "organizationId", k.project_id as "projectId", k.api_key_id as "apiKeyId",
         k.key_type as "keyType", k.environment
    from unnest($1::text[]) as candidate (digest) cross join lateral find_api_key(candidate.digest) k
   limit 1`;

/**
 * Says whose key a text is, revoked and expired ones included. A malformed key costs no database call, a known one
 * none either, and callers who ask for the same unknown one at the same time share one.
 */
@Injectable()
export class ApiKeyRecognizer {
  readonly #known = new RecentlyUsed<RecognizedKey>(KNOWN_KEYS);
  /** Monotonic milliseconds until which a key stays unknown. */
  readonly #unknown = new RecentlyUsed<number>(UNKNOWN_KEYS);
  readonly #running = new Map<string, Promise<RecognizedKey | null>>();

  constructor(
    private readonly database: Database,
    private readonly digests: KeyDigests,
  ) {}

  async recognize(rawKey: string): Promise<RecognizedKey | null> {
    const shape = recogniseKeyShape(rawKey);
    if (shape === null || shape.type === 'project') return null;
    const digests = this.digests.candidatesOf(rawKey).map(({ digest }) => digest);
    // The digest under the first pepper stands for the key in memory, whichever pepper it is stored under.
    const [name = ''] = digests;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if ((this.#unknown.get(name) ?? 0) > performance.now()) return null;

    const running = this.#running.get(name) ?? this.lookUp(name, digests);
    this.#running.set(name, running);
    return running;
  }

  private async lookUp(name: string, digests: readonly string[]): Promise<RecognizedKey | null> {
    try {
      const [row] = await this.database.lookup<KeyRow>(FIND, [digests]);
      if (row === undefined) {
        this.#unknown.set(name, performance.now() + UNKNOWN_FOR_MS);
        return null;
      }
      const key = recognized(row);
      this.#known.set(name, key);
      return key;
    } finally {
      this.#running.delete(name);
    }
  }
}

const recognized = (row: KeyRow): RecognizedKey => ({
  apiKeyId: idOf('key', row.apiKeyId),
  organizationId: idOf('org', row.organizationId),
  projectId: idOf('prj', row.projectId),
  keyType: row.keyType,
  environment: row.environment,
});
