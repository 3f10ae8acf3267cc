import type { EntitySchema } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';

import type { Secret } from '../encryption/secret.js';
import { BoundedClient, CONNECT_LIMIT_MS } from './bounded-client.js';

export type Entities = readonly (Function | EntitySchema)[];

export interface ConnectionOptions {
  readonly url: Secret;
  /** Shown in `pg_stat_activity`, for instance `ai-gateway api`. */
  readonly applicationName: string;
  readonly entities: Entities;
  /** Connections of this process. */
  readonly poolSize?: number;
  /** Told when an idle connection is lost; the pool replaces it by itself. */
  readonly onConnectionLost: (error: Error) => void;
}

/**
 * How the application connects: a lost, paused or overloaded database is a rejected query within four seconds, and
 * never an unhandled error of an idle connection.
 */
export const dataSourceOptions = (options: ConnectionOptions): PostgresDataSourceOptions => ({
  type: 'postgres',
  url: options.url.reveal(),
  applicationName: options.applicationName,
  entities: [...options.entities],
  poolSize: options.poolSize ?? 10,
  connectTimeoutMS: CONNECT_LIMIT_MS,
  poolErrorHandler: options.onConnectionLost,
  installExtensions: false,
  synchronize: false,
  migrationsRun: false,
  // Statements carry values of tenants.
  logging: false,
  extra: { Client: BoundedClient, keepAlive: true, keepAliveInitialDelayMillis: 10_000 },
});
