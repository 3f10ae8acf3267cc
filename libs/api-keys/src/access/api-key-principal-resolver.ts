import { Database, type Principal } from '@app/platform';
import { Injectable } from '@nestjs/common';

import { ApiKeyQueries } from '../projections/api-key.queries.js';
import { ApiKeyRecognizer } from './api-key-recognizer.js';

/** Keys as principals of management routes. Whether a key is live comes from the database each time, never from memory. */
@Injectable()
export class ApiKeyPrincipalResolver {
  constructor(
    private readonly recognizer: ApiKeyRecognizer,
    private readonly database: Database,
    private readonly keys: ApiKeyQueries,
  ) {}

  /** `null` for a key that is malformed, unknown, revoked, expired, or of a deleted project. */
  async resolve(rawKey: string): Promise<Extract<Principal, { type: 'api_key' }> | null> {
    const key = await this.recognizer.recognize(rawKey);
    if (key === null) return null;
    const live = await this.database.inOrganization(key.organizationId, (tx) =>
      this.keys.isLive(tx, key, key.apiKeyId),
    );
    return live ? { type: 'api_key', ...key } : null;
  }
}
