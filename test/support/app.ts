import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';

import { type Config, createLog, Secret } from '@app/platform';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { DestinationStream } from 'pino';

import { ApiModule } from '../../apps/api/src/api.module.js';
import { type ApiParts, makeParts } from '../../apps/api/src/api-parts.js';
import { applicationOptions, completeApi } from '../../apps/api/src/create-api.js';
import type { TestDatabase } from './database.js';

export interface TestAppOptions {
  readonly database: Pick<TestDatabase, 'url'>;
  /** Settings that differ from an embedded instance on loopback. */
  readonly config?: Partial<Config>;
  /** Replaces providers: `(builder) => builder.overrideProvider(Clock).useValue(clock)`. */
  readonly overrides?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  /** Where log lines go; nowhere by default. */
  readonly log?: DestinationStream;
}

export interface TestApp {
  readonly app: NestFastifyApplication;
  /** For supertest: `request(server).get('/livez')`. */
  readonly server: Server;
  readonly parts: ApiParts;
  readonly config: Config;
  close(): Promise<void>;
}

const key = (id: string) => ({ id, key: new Secret(randomBytes(32).toString('base64')) });

/** Configuration of an embedded instance on loopback, with keys of its own. */
export const testConfig = (databaseUrl: string, changes: Partial<Config> = {}): Config => ({
  embedded: true,
  production: false,
  host: '127.0.0.1',
  port: 0,
  publicUrl: 'http://localhost:3000',
  dataDir: '.data',
  databaseUrl: new Secret(databaseUrl),
  metricsPort: null,
  trustProxy: [],
  encryptionKeys: [key('k1')],
  keyPeppers: [key('p1')],
  instanceOwnerEmail: null,
  signUp: 'open',
  signUpPerMinute: 100_000,
  outboundAllow: { entries: [], uses: [] },
  regions: ['us-east-1', 'eu-central-1'],
  sandbox: true,
  demo: false,
  drainSeconds: 1,
  logLevel: 'silent',
  ...changes,
});

/** The real application in this process, on a real database. Close it before its database is dropped. */
export const startTestApp = async ({ database, config: changes, overrides, log }: TestAppOptions): Promise<TestApp> => {
  const config = testConfig(database.url, { logLevel: log === undefined ? 'silent' : 'debug', ...changes });
  const logger = createLog('api', config, log);
  const parts = makeParts(config, logger);
  const builder = Test.createTestingModule({ imports: [ApiModule.forRoot(config, logger, parts)] });
  const module = await (overrides?.(builder) ?? builder).compile();
  const app = module.createNestApplication<NestFastifyApplication>(
    new FastifyAdapter(parts.server),
    applicationOptions(logger),
  );
  await completeApi(app);
  await app.init();
  await parts.server.ready();
  return { app, server: parts.server.server, parts, config, close: () => app.close() };
};
