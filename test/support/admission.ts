import { randomBytes } from 'node:crypto';

import { eventStoreMigrations } from '@app/event-store';
import { Admission, AdmissionModule, type CallOutcome, type CallToAdmit, gatewayMigrations } from '@app/gateway';
import type { ApiKeyId, OrganizationId, ProjectId } from '@app/kernel';
import { uuidOf } from '@app/kernel';
import {
  type Config,
  ConfigModule,
  createLog,
  DatabaseModule,
  EncryptionModule,
  LogModule,
  type Migrations,
  newId,
  platformMigrations,
  Secret,
} from '@app/platform';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Client } from 'pg';

/** What admission needs, and nothing of the modules whose events it follows. */
export const admissionMigrations: Migrations = [...platformMigrations, ...eventStoreMigrations, ...gatewayMigrations];

const oneKey = (id: string) => [{ id, key: new Secret(randomBytes(32).toString('base64')) }];
const KEYS = { encryptionKeys: oneKey('k1'), keyPeppers: oneKey('p1') };

/** A process without its HTTP server, with the given modules of the gateway. */
export const startProcess = async (url: string, ...modules: Type[]): Promise<INestApplicationContext> => {
  const config = { ...KEYS, databaseUrl: new Secret(url) } as Partial<Config> as Config;
  const imports = [
    ConfigModule.forRoot(config),
    LogModule.forRoot(createLog('admission test', { logLevel: 'silent' })),
    DatabaseModule.forRoot({ applicationName: 'admission test', entities: [], poolSize: 4 }),
    EncryptionModule,
    ...modules,
  ];
  const module = await Test.createTestingModule({ imports }).compile();
  return module.init();
};

export interface TestNode {
  readonly admission: Admission;
  readonly context: INestApplicationContext;
  close(): Promise<void>;
}

/** A gateway node. Its first admission waits for its connections, as that of a real one. */
export const startNode = async (url: string): Promise<TestNode> => {
  const context = await startProcess(url, AdmissionModule);
  return { admission: context.get(Admission), context, close: () => context.close() };
};

export interface TestProject {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  /** A key of the production environment, and one of the test environment. */
  readonly apiKeyId: ApiKeyId;
  readonly testKeyId: ApiKeyId;
}

export interface TestLimits {
  readonly organizationId?: OrganizationId;
  readonly perMinute?: number;
  readonly testPerMinute?: number;
  /** Enforced monthly cap, micro-USD. */
  readonly cap?: bigint;
}

/** A project as its events leave it in the rows of admission, with configuration version 1. */
export const openProject = async (owner: Client, limits: TestLimits = {}): Promise<TestProject> => {
  const { perMinute = 1_000_000, testPerMinute = 1_000_000, cap = null } = limits;
  const project: TestProject = {
    organizationId: limits.organizationId ?? newId('org'),
    projectId: newId('prj'),
    apiKeyId: newId('key'),
    testKeyId: newId('key'),
  };
  const ids = [uuidOf(project.organizationId), uuidOf(project.projectId)];
  await owner.query(
    `insert into counters (organization_id, scope, scope_id, environment, config_version, own_limit, minute_limit, cap,
                           cap_enforced)
     values ($1, 'project', $2, 'production', 1, $3, $3, $5, $5::bigint is not null),
            ($1, 'project', $2, 'test', 1, $4, least($3, $4), null, false)`,
    [...ids, perMinute, testPerMinute, cap],
  );
  await owner.query(
    `insert into admission_keys (organization_id, project_id, id, environment, key_type)
     values ($1, $2, $3, 'production', 'secret'), ($1, $2, $4, 'test', 'secret')`,
    [...ids, uuidOf(project.apiKeyId), uuidOf(project.testKeyId)],
  );
  return project;
};

export const callOf = (project: TestProject, changes: Partial<CallToAdmit> = {}): CallToAdmit => ({
  requestId: newId('req'),
  organizationId: project.organizationId,
  projectId: project.projectId,
  environment: 'production',
  apiKeyId: changes.environment === 'test' ? project.testKeyId : project.apiKeyId,
  configVersion: 1,
  provider: 'openai',
  model: 'gpt-4o-mini',
  credentialSource: 'byok',
  maxCost: 500n,
  streamed: false,
  metadata: null,
  priceVersion: '2026-11-01',
  ...changes,
});

export const outcomeOf = (call: CallToAdmit, changes: Partial<CallOutcome> = {}): CallOutcome => ({
  requestId: call.requestId,
  organizationId: call.organizationId,
  projectId: call.projectId,
  environment: call.environment,
  status: 'completed',
  httpStatus: 200,
  errorCode: null,
  usage: { input: 100, cacheRead: 20, cacheWrite: 5, output: 50, reasoning: 10, source: 'provider' },
  cost: 300n,
  latencyMs: 12,
  ttftMs: 7,
  ...changes,
});

export interface Books {
  /** Sums over the counters. */
  readonly held: bigint;
  readonly settled: bigint;
  /** Sums over the calls: what is open, and every row of the feed. */
  readonly openHeld: bigint;
  readonly recorded: bigint;
  readonly open: number;
  readonly records: number;
}

/** Both sides of the books of a project, over all months. */
export const booksOf = async (owner: Client, { organizationId, projectId }: TestProject): Promise<Books> => {
  const { rows } = await owner.query<Record<keyof Books, string>>(
    `select (select sum(held + previous_held) from counters where organization_id = $1 and scope_id = $2) as held,
            (select sum(settled + previous_settled) from counters where organization_id = $1 and scope_id = $2) as settled,
            (select coalesce(sum(max_cost), 0) from open_calls where organization_id = $1 and project_id = $2)
              as "openHeld",
            (select coalesce(sum(cost), 0) from requests where organization_id = $1 and project_id = $2) as recorded,
            (select count(*) from open_calls where organization_id = $1 and project_id = $2) as open,
            (select count(*) from requests where organization_id = $1 and project_id = $2 and kind = 'call') as records`,
    [uuidOf(organizationId), uuidOf(projectId)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no counters');
  return {
    held: BigInt(row.held),
    settled: BigInt(row.settled),
    openHeld: BigInt(row.openHeld),
    recorded: BigInt(row.recorded),
    open: Number(row.open),
    records: Number(row.records),
  };
};

/** Puts a clock that stands still in the place of the database's; `setTestClock` moves it. */
export const replaceClock = async (owner: Client, time: string): Promise<void> => {
  await owner.query('create table test_clock (now timestamptz not null)');
  await owner.query('grant select on test_clock to gw_admission');
  await owner.query('insert into test_clock values ($1)', [time]);
  await owner.query(
    `create or replace function gateway_now() returns timestamptz language sql volatile
       as 'select now from public.test_clock'`,
  );
};

export const setTestClock = async (owner: Client, time: string): Promise<void> => {
  await owner.query('update test_clock set now = $1', [time]);
};
