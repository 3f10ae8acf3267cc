import { type DynamicModule, Global, Module } from '@nestjs/common';

import { Log } from './log.js';

/** Provides the log of the process. */
@Global()
@Module({})
export class LogModule {
  static forRoot(log: Log): DynamicModule {
    return { module: LogModule, providers: [{ provide: Log, useValue: log }], exports: [Log] };
  }
}
