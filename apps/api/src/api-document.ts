import { Secret } from '@app/platform';
import type { Config } from '@app/platform';
import { createLog } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';

import { ApiModule } from './api.module.js';
import { makeParts } from './api-parts.js';
import { applicationOptions } from './create-api.js';
import { describeApi } from './openapi.js';

/** Values no document depends on: preview makes no provider and connects to nothing. */
const CONFIG: Config = {
  embedded: true,
  production: false,
  host: '127.0.0.1',
  port: 3000,
  publicUrl: 'http://localhost:3000',
  dataDir: '.data',
  databaseUrl: new Secret('postgresql://localhost/none'),
  metricsPort: null,
  trustProxy: [],
  encryptionKeys: [],
  keyPeppers: [],
  instanceOwnerEmail: null,
  signUp: 'open',
  signUpPerMinute: 20,
  outboundAllow: { entries: [], uses: [] },
  regions: ['us-east-1'],
  sandbox: true,
  demo: false,
  drainSeconds: 60,
  logLevel: 'silent',
};

/** The OpenAPI document without a database. */
export const apiDocument = async (): Promise<OpenAPIObject> => {
  const log = createLog('api', CONFIG);
  const parts = makeParts(CONFIG, log);
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.forRoot(CONFIG, log, parts),
    new FastifyAdapter(parts.server),
    { ...applicationOptions(log), preview: true },
  );
  return describeApi(app);
};
