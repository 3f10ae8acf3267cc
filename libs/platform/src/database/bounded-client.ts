import { Client, type ClientConfig } from 'pg';

/** A connection attempt, or the wait for a free connection, that takes longer is a rejected query. */
export const CONNECT_LIMIT_MS = 3_000;
/** An answer that takes longer is a rejected query; longer than the server's own `statement_timeout`. */
const ANSWER_LIMIT_MS = 3_500;

/**
 * A connection that gives the server up: a paused server or a cut network never answers and never closes the socket,
 * and every later query would queue behind the lost one. The driver's own `query_timeout` leaves such a connection in
 * the pool; here it is closed, so the query is rejected and the pool makes a new one.
 */
export class BoundedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    // The many overloads of `query` stay as they are; only promises are watched, callbacks belong to the pool.
    Object.assign(this, { query: (...args: unknown[]) => this.watch(send(...args)) });
  }

  private watch(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer;
    const limit = setTimeout(() => void this.end(), ANSWER_LIMIT_MS);
    return answer.finally(() => clearTimeout(limit));
  }
}
