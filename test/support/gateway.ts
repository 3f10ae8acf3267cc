import type { AddressInfo } from 'node:net';

import type { ApiKeyId, OrganizationId, RequestId } from '@app/kernel';
import type { Config } from '@app/platform';
import type { TestingModuleBuilder } from '@nestjs/testing';
import OpenAI, { type ClientOptions } from 'openai';

import { startTestApp, type TestApp } from './app.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type Owner, signUpOwner } from './person.js';
import { createProject, settingsPath, type ShownProject } from './projects.js';
import { type ProviderDouble, startProviderDouble } from './provider-double/start-provider-double.js';

/** A project with a key of each environment. */
export interface CallingProject extends ShownProject {
  readonly organizationId: OrganizationId;
  readonly apiKeyId: ApiKeyId;
  readonly key: string;
  readonly testKey: string;
}

/** A record as the request list shows it. */
export interface ShownCall {
  readonly id: RequestId;
  readonly status: string;
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: string | null;
  readonly httpStatus: number | null;
  readonly errorCode?: string | null;
  readonly latencyMs: number | null;
  readonly ttftMs: number | null;
  readonly credentialSource: string;
  readonly environment: string;
}

/** The running api on a port of its own, a provider double, and somebody who owns a project. */
export interface Gateway {
  readonly origin: string;
  readonly app: TestApp;
  readonly database: TestDatabase;
  readonly double: ProviderDouble;
  readonly owner: Owner;
  /** Connected to the double as `openai`. */
  project(settings?: object): Promise<CallingProject>;
  connect(project: ShownProject, provider: string, body?: object): Promise<void>;
  client(key: string, options?: ClientOptions): OpenAI;
  /** Waits until the call is settled. */
  record(project: ShownProject, id: string | null | undefined): Promise<ShownCall>;
  close(): Promise<void>;
}

const SETTLED_WITHIN_MS = 10_000;

const must = <T>({ status, body, text }: { status: number; body: unknown; text: string }, expected: number): T => {
  if (status !== expected) throw new Error(`answered ${status}: ${text}`);
  return body as T;
};

export const startGateway = async (
  options: {
    readonly config?: Partial<Config>;
    readonly overrides?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  } = {},
): Promise<Gateway> => {
  const [double, database] = await Promise.all([startProviderDouble(), createTestDatabase()]);
  const outboundAllow: Config['outboundAllow'] = { entries: ['127.0.0.0/8'], uses: ['providers'] };
  const app = await startTestApp({
    database,
    config: { outboundAllow, ...options.config },
    ...(options.overrides ? { overrides: options.overrides } : {}),
  });
  await app.app.listen(0, '127.0.0.1');
  const { port } = app.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const owner = await signUpOwner(app.server);

  const connect = async (project: ShownProject, provider: string, body: object = {}): Promise<void> => {
    const path = `/v1/projects/${project.id}/providers/${provider}`;
    must(await owner.put(path, { apiKey: double.apiKey, baseUrl: double.baseUrl, ...body }), 200);
  };
  const keyOf = async (project: ShownProject, environment: string) =>
    must<{ id: ApiKeyId; key: string }>(
      await owner.post(`/v1/projects/${project.id}/api-keys`, { name: environment, type: 'secret', environment }),
      201,
    );

  return {
    origin,
    app,
    database,
    double,
    owner,
    connect,
    project: async (settings) => {
      const project = await createProject(owner);
      await connect(project, 'openai');
      const changes = { requestsPerMinute: 100_000, testRequestsPerMinute: 100_000, ...settings };
      must(await owner.patch(settingsPath(project), changes), 200);
      const [live, test] = [await keyOf(project, 'production'), await keyOf(project, 'test')];
      const { organizationId } = owner;
      return { ...project, organizationId, apiKeyId: live.id, key: live.key, testKey: test.key };
    },
    client: (key, more) => new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, maxRetries: 0, ...more }),
    record: async (project, id) => {
      const end = Date.now() + SETTLED_WITHIN_MS;
      for (;;) {
        const answer = await owner.get(`/v1/projects/${project.id}/requests/${id}`);
        const call = answer.body as ShownCall;
        if (answer.status === 200 && call.status !== 'admitted') return call;
        if (Date.now() > end) throw new Error(`not settled: ${answer.status} ${answer.text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: async () => {
      await app.close();
      await Promise.all([double.stop(), database.drop()]);
    },
  };
};
