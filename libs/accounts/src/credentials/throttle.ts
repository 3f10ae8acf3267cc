import { createHmac } from 'node:crypto';

import { INSTANCE_ORGANIZATION, uuidOf } from '@app/kernel';
import { Config, Database } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { tooManyAttempts } from '../domain/account.errors.js';

/** So many attempts in any span of so many seconds, counted over all nodes for one subject. */
export interface Limit {
  readonly purpose: 'sign_up' | 'sign_in';
  readonly attempts: number;
  readonly seconds: number;
  /** Who is limited. Stored as an HMAC only: the table tells nobody who tried to sign in, or from where. */
  readonly subject: readonly string[];
}

/** Locks the subject's row, drops the attempts that left the window and tells what is left. */
const LOOK = `
  insert into throttles as known (organization_id, purpose, subject, hits, expires_at)
  values ($1, $2, $3, '{}', clock_timestamp())
  on conflict (organization_id, purpose, subject) do update
    set hits = array(select hit from unnest(known.hits) hit where hit > clock_timestamp() - $4 * interval '1 second' order by hit)
  returning cardinality(hits) as attempts,
            ceil(extract(epoch from hits[1] + $4 * interval '1 second') * 1000)::float8 as "resetAt",
            extract(epoch from hits[1] + $4 * interval '1 second' - clock_timestamp())::float8 as "retryAfter"`;

/** When the oldest attempt leaves the window says nothing before there was one. */
interface Look {
  readonly attempts: number;
  /** Unix milliseconds. */
  readonly resetAt: number;
  /** Seconds. */
  readonly retryAfter: number;
}

const COUNT = `
  update throttles
     set hits = hits || clock_timestamp(), expires_at = clock_timestamp() + $4 * interval '1 second'
   where organization_id = $1 and purpose = $2 and subject = $3`;

const GIVE_BACK = `
  update throttles set hits = trim_array(hits, 1)
   where organization_id = $1 and purpose = $2 and subject = $3 and cardinality(hits) > 0`;

const CLEAR = `delete from throttles where organization_id = $1 and purpose = $2 and subject = $3`;

/** Every attempt takes away a few rows that no longer count, so the table needs no janitor. */
const FORGET_EXPIRED = `
  delete from throttles
   where (organization_id, purpose, subject) in (
     select organization_id, purpose, subject from throttles
      where organization_id = $1 and expires_at < clock_timestamp()
      order by expires_at limit 5 for update skip locked)`;

/** Counts attempts in PostgreSQL, so that asking another node gives no further ones. */
@Injectable()
export class Throttle {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /**
   * Counts an attempt, or throws RATE_LIMIT_EXCEEDED when there have been too many. It is counted before its outcome
   * is known: attempts that were only counted afterwards could all be made at once.
   */
  async attempt(limit: Limit): Promise<void> {
    const row = this.#row(limit);
    const refusal = await this.database.inOrganization(INSTANCE_ORGANIZATION, async (tx) => {
      const [found] = await tx.query<[Look]>(LOOK, [...row, limit.seconds]);
      if (found.attempts >= limit.attempts) return found;
      await tx.query(COUNT, [...row, limit.seconds]);
      // Last, because it locks rows of others without waiting: the other way round two attempts could wait for each other.
      await tx.query(FORGET_EXPIRED, [row[0]]);
      return null;
    });
    if (refusal === null) return;
    throw tooManyAttempts(limit.attempts, refusal.resetAt, Math.max(1, Math.ceil(refusal.retryAfter)));
  }

  /** Takes the newest attempt back, because it was never judged. */
  async giveBack(limit: Limit): Promise<void> {
    await this.database.inOrganization(INSTANCE_ORGANIZATION, (tx) => tx.query(GIVE_BACK, [...this.#row(limit)]));
  }

  /** Forgets the subject's attempts within a transaction of the instance. */
  async clear(tx: EntityManager, limit: Limit): Promise<void> {
    await tx.query(CLEAR, [...this.#row(limit)]);
  }

  #row({ purpose, subject }: Limit): readonly [instance: string, purpose: string, subject: Buffer] {
    const [pepper] = this.config.keyPeppers;
    if (pepper === undefined) throw new TypeError('there is no key pepper');
    const digest = createHmac('sha256', Buffer.from(pepper.key.reveal(), 'base64'))
      .update(JSON.stringify(['throttle', purpose, ...subject]))
      .digest();
    return [uuidOf(INSTANCE_ORGANIZATION), purpose, digest];
  }
}
