import { databaseUnavailable } from '@app/platform';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

const BEGIN_ATTEMPTS = 3;

interface Begun {
  readonly runner: QueryRunner;
  readonly client: PoolClient;
}

/**
 * One transaction that is over when `limit` aborts: the connection is then closed, whatever it waits for, so that the
 * server rolls back and no lock outlives the caller's patience. Resolves only when the commit is confirmed; a connection
 * lost while committing rejects although the server may have committed.
 */
export const boundedTransaction = async <T>(
  dataSource: DataSource,
  limit: AbortSignal,
  work: (tx: EntityManager) => Promise<T>,
): Promise<T> => {
  if (limit.aborted) throw databaseUnavailable();
  const { runner, client } = await begin(dataSource);
  const giveUp = (): void => void client.end();
  limit.addEventListener('abort', giveUp);
  try {
    const result = await workOrRollBack(client, () => {
      if (limit.aborted) throw databaseUnavailable();
      return work(runner.manager);
    });
    await commit(client);
    return result;
  } finally {
    limit.removeEventListener('abort', giveUp);
    await runner.release();
  }
};

/** A connection of the pool may be dead and nobody knows yet. Nothing has happened on it, so another one is taken. */
const begin = async (dataSource: DataSource): Promise<Begun> => {
  for (let attempt = 1; ; attempt += 1) {
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as PoolClient;
    try {
      await runner.startTransaction();
      return { runner, client };
    } catch (error) {
      void client.end();
      await runner.release();
      if (attempt === BEGIN_ATTEMPTS) throw error;
    }
  }
};

/** A connection that cannot roll back is lost or doomed: it is closed, which rolls back, and the first error counts. */
const workOrRollBack = async <T>(client: PoolClient, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    try {
      await client.query('ROLLBACK');
    } catch {
      void client.end();
    }
    throw error;
  }
};

const commit = async (client: PoolClient): Promise<void> => {
  try {
    const { command } = await client.query('COMMIT');
    // A failed transaction answers COMMIT with ROLLBACK and no error: a caught SQL error must not look done.
    if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
  } catch (error) {
    // Whatever state the connection is in, nobody is given it again.
    void client.end();
    throw error;
  }
};

/** Rejects with SERVICE_UNAVAILABLE at the latest when `limit` aborts. */
export const orUnavailable = <T>(limit: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    if (limit.aborted) reject(databaseUnavailable());
    limit.addEventListener('abort', () => reject(databaseUnavailable()), { once: true });
    work.then(resolve, reject);
  });
