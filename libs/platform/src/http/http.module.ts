import { type DynamicModule, Global, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';

import { AccessGuard } from '../access/access.guard.js';
import { RouteCheck } from '../access/route-check.js';
import { SessionCookie } from '../access/session-cookie.js';
import { Metrics } from '../metrics/metrics.js';
import { DrainRegistry } from './drain-registry.js';
import { ErrorFilter } from './error.filter.js';
import { ProbesController } from './probes.controller.js';
import { Readiness } from './readiness.js';
import { RequestValidation } from './validation.pipe.js';

export interface HttpModuleOptions {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly streams: DrainRegistry;
  /** Modules that provide `PrincipalResolver` and `PermissionSource`. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
}

/** Guard, validation, errors and probes of an HTTP process. Needs global providers of `Config`, `Log` and `Database`. */
@Global()
@Module({})
export class HttpModule {
  static forRoot({ readiness, metrics, streams, imports }: HttpModuleOptions): DynamicModule {
    return {
      module: HttpModule,
      imports,
      controllers: [ProbesController],
      providers: [
        { provide: Readiness, useValue: readiness },
        { provide: Metrics, useValue: metrics },
        { provide: DrainRegistry, useValue: streams },
        SessionCookie,
        RouteCheck,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useClass: RequestValidation },
      ],
      exports: [Readiness, Metrics, DrainRegistry, SessionCookie],
    };
  }
}
