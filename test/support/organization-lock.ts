import { setTimeout as sleep } from 'node:timers/promises';

import { type OrganizationId, uuidOf } from '@app/kernel';
import { Client } from 'pg';

import type { TestDatabase } from './database.js';

const LOCK = `select pg_advisory_xact_lock(hashtextextended('event-store organization ' || $1, 0))`;
const WAITING = `select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted
                  and database = (select oid from pg_database where datname = current_database())`;

/**
 * Lets a request pass its guard and wait for the organization's lock, then does something else first: what the request
 * was allowed to do may no longer be right when its turn comes.
 */
export const overtake = async <Answer>(
  database: TestDatabase,
  organizationId: OrganizationId,
  send: () => PromiseLike<Answer>,
  first: (client: Client) => Promise<unknown>,
): Promise<Answer> => {
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(LOCK, [uuidOf(organizationId)]);
    let answered = false;
    const answer = Promise.resolve(send()).finally(() => {
      answered = true;
    });
    for (;;) {
      const { rows } = await client.query<{ waiting: number }>(WAITING);
      if ((rows[0]?.waiting ?? 0) > 0) break;
      if (answered) throw new Error('the request was answered without waiting for its turn');
      await sleep(5);
    }
    await first(client);
    await client.query('commit');
    return await answer;
  } finally {
    await client.end();
  }
};
