import 'reflect-metadata';
import type { Server } from 'node:http';

import { type Id, idOf, type IdPrefix, uuidOf } from '@app/kernel';
import {
  type AccessTarget,
  type Config,
  ConfigModule,
  createLog,
  createServer,
  DatabaseModule,
  DrainRegistry,
  HttpModule,
  LogModule,
  Metrics,
  NestLog,
  PERMISSIONS,
  PermissionSource,
  type Principal,
  PrincipalResolver,
  type Reach,
  Readiness,
} from '@app/platform';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DestinationStream } from 'pino';

import { testConfig } from './app.js';

const id = <P extends IdPrefix>(prefix: P, number: number): Id<P> =>
  idOf(prefix, `01936f0a-0000-7000-8000-${String(number).padStart(12, '0')}`);

/** The small world of `startHttpApp`: one organization with a project, and a second of each that nobody reaches. */
export const WORLD = {
  organization: id('org', 1),
  project: id('prj', 1),
  foreignOrganization: id('org', 2),
  foreignProject: id('prj', 2),
  unknownProject: id('prj', 999),
  account: id('usr', 1),
  apiKey: id('key', 1),
} as const;

const key = (keyType: 'secret' | 'publishable' | 'agent'): Principal => ({
  type: 'api_key',
  apiKeyId: WORLD.apiKey,
  keyType,
  environment: 'production',
  organizationId: WORLD.organization,
  projectId: WORLD.project,
});
const session: Principal = { type: 'user', accountId: WORLD.account, sessionId: id('ses', 1) };

const PRINCIPALS: Readonly<Record<string, Principal>> = {
  ses_owner: session,
  ses_viewer: { ...session, accountId: id('usr', 2) },
  csk_secret: key('secret'),
  cpk_publishable: key('publishable'),
  cake_agent: key('agent'),
};

class KnownPrincipals extends PrincipalResolver {
  override async resolve(credential: string): Promise<Principal | null> {
    return PRINCIPALS[credential] ?? null;
  }
}

class KnownRights extends PermissionSource {
  override async reach(
    principal: Principal,
    target: Exclude<AccessTarget, { type: 'instance' }>,
  ): Promise<Reach | null> {
    // Like a real source: an id that is none is a mistake of the guard, not an answer.
    uuidOf(target.type === 'project' ? target.projectId : target.organizationId);
    const found =
      target.type === 'project' ? target.projectId === WORLD.project : target.organizationId === WORLD.organization;
    if (!found) return null;
    const reads = principal.type === 'user' && principal.accountId !== WORLD.account;
    return {
      organizationId: WORLD.organization,
      projectId: target.type === 'project' ? target.projectId : null,
      permissions: new Set(reads ? ['projects:read' as const] : PERMISSIONS),
    };
  }
}

@Module({
  providers: [
    { provide: PrincipalResolver, useClass: KnownPrincipals },
    { provide: PermissionSource, useClass: KnownRights },
  ],
  exports: [PrincipalResolver, PermissionSource],
})
class KnownWorldModule {}

export interface HttpAppOptions {
  readonly databaseUrl: string;
  readonly controllers: readonly Type[];
  readonly config?: Partial<Config>;
  readonly log?: DestinationStream;
}

export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly server: Server;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly streams: DrainRegistry;
  close(): Promise<void>;
}

/** The platform's HTTP side alone, with throw-away controllers and known principals. */
export const startHttpApp = async ({ databaseUrl, controllers, ...options }: HttpAppOptions): Promise<HttpApp> => {
  const config = testConfig(databaseUrl, {
    logLevel: options.log === undefined ? 'silent' : 'debug',
    ...options.config,
  });
  const log = createLog('api', config, options.log);
  const parts = { readiness: new Readiness(), metrics: new Metrics(), streams: new DrainRegistry() };
  const server = createServer({ config, log, ...parts });
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: class ThrowAwayModule {},
      imports: [
        ConfigModule.forRoot(config),
        LogModule.forRoot(log),
        DatabaseModule.forRoot({ applicationName: 'test', entities: [], poolSize: 2 }),
        HttpModule.forRoot({ ...parts, imports: [KnownWorldModule] }),
      ],
      controllers: [...controllers],
    },
    new FastifyAdapter(server),
    { bodyParser: false, abortOnError: false, logger: new NestLog(log) },
  );
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  await server.ready();
  return { app, server: server.server, ...parts, close: () => app.close() };
};
