import { createHash } from 'node:crypto';

import { type AccountId, idOf, INSTANCE_ORGANIZATION, uuidOf } from '@app/kernel';
import { Database, isToken, mintToken, newId, type Principal } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

const PREFIX = 'ses_';
/** However much it is used, a session ends after 30 days … */
export const SESSION_LIFETIME_SECONDS = 30 * 24 * 60 * 60;
/** … and sooner when nobody uses it. The look-up function `find_session` judges by the same figure. */
const MAX_IDLE = '7 days';

/** Holds on the row of a session that still counts. */
export const LIVE_SESSION = `expires_at > now() and last_seen_at > now() - interval '${MAX_IDLE}'`;

const BEGIN = `
  insert into sessions (organization_id, session_id, account_id, digest, created_at, last_seen_at, expires_at)
  values ($1, $2, $3, $4, now(), now(), now() + $5 * interval '1 second')`;

/** Every new session takes away a few dead ones, so the table needs no janitor. */
const FORGET_DEAD = `
  delete from sessions
   where (organization_id, session_id) in (
     select organization_id, session_id from sessions
      where organization_id = $1 and last_seen_at < now() - interval '${MAX_IDLE}'
      order by last_seen_at limit 5 for update skip locked)`;

/** 256 random bits need no slow hash and no pepper: nobody can try them out. */
const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Opens a session within a transaction of the instance and answers its token, which is stored nowhere. */
export const beginSession = async (tx: EntityManager, accountId: AccountId): Promise<string> => {
  const token = mintToken(PREFIX);
  const instance = uuidOf(INSTANCE_ORGANIZATION);
  const sessionId = uuidOf(newId('ses'));
  await tx.query(BEGIN, [instance, sessionId, uuidOf(accountId), digestOf(token), SESSION_LIFETIME_SECONDS]);
  await tx.query(FORGET_DEAD, [instance]);
  return token;
};

/** Knows whose session a token opens. Asks the database every time, so an ended session ends on all nodes at once. */
@Injectable()
export class SessionResolver {
  constructor(private readonly database: Database) {}

  /** `null` for a text that is no session token, and for an unknown, ended or expired session. */
  async resolve(token: string): Promise<Principal | null> {
    if (!isToken(PREFIX, token)) return null;
    const [session] = await this.database.lookup<{ sessionId: string; accountId: string }>(
      `select session_id as "sessionId", account_id as "accountId" from find_session($1)`,
      [digestOf(token)],
    );
    if (session === undefined) return null;
    return { type: 'user', accountId: idOf('usr', session.accountId), sessionId: idOf('ses', session.sessionId) };
  }
}
