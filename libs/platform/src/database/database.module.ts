import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Config } from '../config/config.js';
import { Log } from '../logging/log.js';
import { Database } from './database.js';
import { dataSourceOptions, type Entities } from './data-source.js';

export interface DatabaseModuleOptions {
  readonly applicationName: string;
  /** Read models of all modules. */
  readonly entities: Entities;
  readonly poolSize?: number;
}

/** The one connection pool of a process. Needs global providers of `Config` and `Log`. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Config, Log],
          useFactory: (config: Config, log: Log) => ({
            ...dataSourceOptions({
              ...options,
              url: config.databaseUrl,
              onConnectionLost: (error) => log.warn('Lost an idle database connection', {}, error),
            }),
            // An orchestrator that starts everything at once may start the database last.
            retryAttempts: 10,
            retryDelay: 1_000,
          }),
        }),
      ],
      providers: [Database],
      exports: [Database, TypeOrmModule],
    };
  }
}
