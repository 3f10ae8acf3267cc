import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ApiKeyId, RequestId } from '@app/kernel';
import OpenAI, { type ClientOptions } from 'openai';

import { startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type Owner, signUpOwner } from './person.js';
import { createProject, settingsPath, type ShownProject } from './projects.js';
import { type ProviderDouble, startProviderDouble } from './provider-double/start-provider-double.js';

/** A project with a key of each environment. */
export interface CallingProject extends ShownProject {
  readonly apiKeyId: ApiKeyId;
  readonly key: string;
  readonly testKey: string;
}

/** A record as the request list shows it; more members are compared by name. */
export interface ShownCall {
  readonly id: RequestId;
  readonly status: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: string | null;
  readonly maxCostUsd: string | null;
  readonly httpStatus: number | null;
  readonly latencyMs: number | null;
  readonly ttftMs: number | null;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

const SETTLED_WITHIN_MS = 10_000;

const bodyOf = ({ status, body, text }: Answer, expected: number): unknown => {
  if (status !== expected) throw new Error(`answered ${status}: ${text}`);
  return body;
};

/** The running api on a port of its own, a provider double, and somebody who owns projects. */
export class Gateway {
  constructor(
    readonly app: TestApp,
    readonly database: TestDatabase,
    readonly double: ProviderDouble,
    readonly owner: Owner,
    readonly origin: string,
  ) {}

  /** A project that is connected to the double as `openai`, with limits no test reaches unless it sets others. */
  async project(settings: object = {}): Promise<CallingProject> {
    const project = await createProject(this.owner);
    await this.connect(project, 'openai');
    const changes = { requestsPerMinute: 100_000, testRequestsPerMinute: 100_000, ...settings };
    bodyOf(await this.owner.patch(settingsPath(project), changes), 200);
    const live = await this.makeKey(project, 'production');
    const test = await this.makeKey(project, 'test');
    return { ...project, apiKeyId: live.id, key: live.key, testKey: test.key };
  }

  async connect(project: ShownProject, provider: string, body: object = {}): Promise<void> {
    const { apiKey, baseUrl } = this.double;
    bodyOf(await this.owner.put(`/v1/projects/${project.id}/providers/${provider}`, { apiKey, baseUrl, ...body }), 200);
  }

  client(apiKey: string, options: ClientOptions = {}): OpenAI {
    return new OpenAI({ baseURL: `${this.origin}/v1`, apiKey, maxRetries: 0, ...options });
  }

  /** The record of a call; waits until it is settled. */
  async record(project: ShownProject, id: string | null | undefined): Promise<ShownCall> {
    const end = Date.now() + SETTLED_WITHIN_MS;
    for (;;) {
      const answer = await this.owner.get(`/v1/projects/${project.id}/requests/${id}`);
      const call = answer.body as ShownCall;
      if (answer.status === 200 && call.status !== 'admitted') return call;
      if (Date.now() > end) throw new Error(`not settled: ${answer.status} ${answer.text}`);
      await sleep(20);
    }
  }

  /** The record of the project's newest call. */
  async latestRecord(project: ShownProject): Promise<ShownCall> {
    const list = bodyOf(await this.owner.get(`/v1/projects/${project.id}/requests?limit=1`), 200);
    return this.record(project, (list as { data: { id: string }[] }).data[0]?.id);
  }

  async close(): Promise<void> {
    await this.app.close();
    await Promise.all([this.double.stop(), this.database.drop()]);
  }

  private async makeKey(project: ShownProject, environment: string): Promise<{ id: ApiKeyId; key: string }> {
    const body = { name: environment, type: 'secret', environment };
    const created = await this.owner.post(`/v1/projects/${project.id}/api-keys`, body);
    return bodyOf(created, 201) as { id: ApiKeyId; key: string };
  }
}

export const startGateway = async (options: Omit<TestAppOptions, 'database'> = {}): Promise<Gateway> => {
  const database = await createTestDatabase();
  const double = await startProviderDouble();
  try {
    const app = await startTestApp({
      ...options,
      database,
      config: { outboundAllow: { entries: ['127.0.0.0/8'], uses: ['providers'] }, ...options.config },
    });
    await app.app.listen(0, '127.0.0.1');
    const { port } = app.server.address() as AddressInfo;
    return new Gateway(app, database, double, await signUpOwner(app.server), `http://127.0.0.1:${port}`);
  } catch (error) {
    // Its pipe would keep the test process alive.
    await double.stop();
    throw error;
  }
};
