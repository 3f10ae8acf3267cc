import type { Log, Secret } from '@app/platform';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryConfig, type QueryResultRow } from 'pg';
import { v7 } from 'uuid';

import { ConnectionLost, failureOf } from './database-failure.js';

const CONNECT_LIMIT_MS = 3_000;
/** An answer that takes longer is an unknown outcome; longer than the server's own limits, which give certainty. */
const ANSWER_LIMIT_MS = 2_500;
const SERVER_LIMITS = { statement_timeout: '2s', lock_timeout: '1500ms' } as const;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;

export interface DatabaseLinkOptions {
  /** A direct connection: a pooler in transaction mode refuses named statements. */
  readonly url: Secret;
  /** Stands in `pg_stat_activity`. */
  readonly purpose: string;
  /** Called when the connection stands. A rejection closes it, and the next attempt begins. */
  readonly onUp: () => Promise<void> | void;
}

/**
 * One connection that one kind of group goes through, one at a time. Lost, it comes back by itself; before it is used
 * again the server has ended the session before it, so whatever was under way there is either committed or rolled back.
 */
export class DatabaseLink {
  private client: Client | null = null;
  private socket: Socket | null = null;
  private up = false;
  private stopped = false;
  private running: Promise<void> | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly ended = new AbortController();
  /** Names of sessions that may still be at work on the server. */
  private readonly unfinished = new Set<string>();

  constructor(
    private readonly options: DatabaseLinkOptions,
    private readonly log: Log,
  ) {}

  get isUp(): boolean {
    return this.up;
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.ended.abort();
    const closing = this.client?.end();
    const limit = setTimeout(() => this.socket?.destroy(), 1_000);
    await Promise.allSettled([closing, this.running]);
    clearTimeout(limit);
  }

  /** Throws the server's refusal, or `ConnectionLost` when nobody can say what became of the statement. */
  query<Row extends QueryResultRow>(statement: QueryConfig): Promise<Row[]> {
    // One after the other: a heartbeat waits for the group before it.
    const answer = this.turn.then(() => {
      if (!this.up || this.client === null) throw new ConnectionLost('not connected');
      return this.send<Row>(this.client, statement);
    });
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  private async send<Row extends QueryResultRow>(client: Client, statement: QueryConfig): Promise<Row[]> {
    const { socket } = this;
    const limit = setTimeout(() => socket?.destroy(), ANSWER_LIMIT_MS);
    try {
      return (await client.query<Row>(statement)).rows;
    } catch (error) {
      const failure = failureOf(error);
      // A session of which nobody knows what it does is given up; the next one begins with its end.
      if (failure instanceof ConnectionLost) socket?.destroy();
      throw failure;
    } finally {
      clearTimeout(limit);
    }
  }

  private async run(): Promise<void> {
    const component = this.options.purpose;
    let delay = FIRST_RETRY_MS;
    let away = false;
    while (!this.stopped) {
      try {
        await this.serve(() => {
          if (away) this.log.info('The database is back', { component });
          away = false;
          delay = FIRST_RETRY_MS;
        });
        if (!this.stopped) this.log.warn('A connection was lost', { component });
      } catch (error) {
        if (!away) this.log.warn('The database does not answer', { component }, error);
        away = true;
      }
      await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal: this.ended.signal }).catch(() => undefined);
      delay = Math.min(delay * 2, LAST_RETRY_MS);
    }
  }

  /** Connects, and returns when the connection has ended. */
  private async serve(onConnected: () => void): Promise<void> {
    const socket = new Socket();
    const client = new Client({
      connectionString: this.options.url.reveal(),
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAlive: true,
      stream: () => socket,
    });
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    // The loss shows in the queries and in `end`; without a listener it would end the process.
    client.on('error', () => undefined);
    this.client = client;
    this.socket = socket;
    try {
      await client.connect();
      await this.prepare(client);
      onConnected();
      this.up = true;
      await this.options.onUp();
      await ended;
    } finally {
      this.up = false;
      this.client = null;
      socket.destroy();
    }
  }

  /** Names this session and ends the ones before it. */
  private async prepare(client: Client): Promise<void> {
    const name = `ai-gateway ${this.options.purpose} ${v7()}`;
    await this.send(client, {
      text: `select set_config('application_name', $1, false), set_config('statement_timeout', $2, false),
                    set_config('lock_timeout', $3, false)`,
      values: [name, SERVER_LIMITS.statement_timeout, SERVER_LIMITS.lock_timeout],
    });
    for (const predecessor of this.unfinished) await this.endSession(client, predecessor);
    this.unfinished.clear();
    this.unfinished.add(name);
  }

  private async endSession(client: Client, name: string): Promise<void> {
    for (;;) {
      const alive = await this.send(client, {
        text: 'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
        values: [name],
      });
      if (alive.length === 0) return;
      await sleep(20);
    }
  }
}
