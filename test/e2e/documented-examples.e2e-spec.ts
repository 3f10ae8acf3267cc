import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { Allowances, OutboundHttp } from '@app/platform';
import request from 'supertest';

import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { callerWith } from '../support/person.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly example?: string | number | boolean;
  readonly schema?: { readonly example?: string | number | boolean };
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: object }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const { paths } = JSON.parse(readFileSync(resolve(__dirname, '../../docs/openapi.json'), 'utf8')) as Document;

const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    method,
    operation,
  })),
);

/** What the path of an operation may name: a person signed in twice, with a project, a key, a connection and a call. */
interface World {
  readonly session: string;
  readonly key: string;
  readonly ids: Readonly<Record<string, string>>;
}

const RUNTIME = /^\/v1\/(chat|models|health)/;

describe('the examples of the OpenAPI document', () => {
  let database: TestDatabase;
  let api: TestApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    // The hosts of the examples exist in no name service; nothing is sent to the address they get here.
    const allowances = new Allowances({ entries: [], uses: [] }, { production: false });
    const outbound = new OutboundHttp(allowances, { resolve: () => Promise.resolve(['203.0.114.7']) });
    api = await startTestApp({
      database,
      overrides: (builder) => builder.overrideProvider(OutboundHttp).useValue(outbound),
    });
  });
  afterAll(async () => {
    await api?.close();
    await database.drop();
  });

  const createWorld = async (): Promise<World> => {
    const person = { email: `${randomUUID()}@example.com`, password: 'correct horse battery staple' };
    const { body: signedUp } = await request(api.server)
      .post('/v1/auth/sign-up')
      .send({ ...person, name: 'Ada' });
    await request(api.server).post('/v1/auth/sign-in').send(person);
    const { token: session } = signedUp as { token: string };
    const owner = callerWith(api.server, session);
    const { body: sessions } = await owner.get('/v1/me/sessions');
    const createOrganization = async () =>
      (await owner.post('/v1/organizations', { name: 'Acme' })).body as { id: string };
    const { id: home } = await createOrganization();
    // Without projects, so that the example of a project's creation finds its name free.
    const { id: organizationId } = await createOrganization();
    const project = await owner.post(`/v1/organizations/${home}/projects`, { name: 'Support bot' });
    const { id: projectId } = project.body as { id: string };
    const base = `/v1/projects/${projectId}`;
    const created = await owner.post(`${base}/api-keys`, { name: 'server' });
    const { id: apiKeyId, key } = created.body as { id: string; key: string };
    const connection = { apiKey: 'sk-0123456789', baseUrl: 'https://llm.example.com/v1', format: 'openai' };
    expect((await owner.put(`${base}/providers/my-llm`, connection)).status).toBe(200);
    const call = await callerWith(api.server, key).post('/v1/chat/completions', {
      model: 'sandbox/echo',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    const { data } = sessions as { data: { id: string; current?: boolean }[] };
    const ids = {
      organizationId,
      projectId,
      apiKeyId,
      sessionId: data[0]?.id ?? '',
      provider: 'my-llm',
      requestId: String(call.headers['x-request-id']),
      path: 'sandbox/echo',
    };
    return { session, key, ids };
  };

  const pathOf = (template: string, { parameters = [] }: Operation, { ids }: World): string => {
    // The connection that can be tried without leaving this machine.
    const known = template.endsWith('/test') ? { ...ids, provider: 'sandbox' } : ids;
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? `missing ${name}`);
    const query = new URLSearchParams();
    for (const parameter of parameters.filter(({ in: place }) => place === 'query')) {
      const example = parameter.example ?? parameter.schema?.example;
      if (example !== undefined) query.set(parameter.name, String(example));
    }
    return query.size === 0 ? path : `${path}?${query.toString()}`;
  };

  it('cover every body that is asked for', () => {
    const without = operations.filter(({ operation: { requestBody } }) =>
      Object.values(requestBody?.content ?? {}).some(({ example }) => example === undefined),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
    expect(operations.length).toBeGreaterThan(30);
  });

  it.each(operations)('get their example status: $name', async ({ path, method, operation }) => {
    const world = await createWorld();
    const credential = RUNTIME.test(path) ? world.key : world.session;
    const caller = callerWith(api.server, credential);
    const body = Object.values(operation.requestBody?.content ?? {})[0]?.example;
    const answer = await caller[method as 'post'](pathOf(path, operation, world), body);
    const expected = Object.keys(operation.responses).find((status) => status.startsWith('2'));
    expect({ status: answer.status, ...(answer.status < 300 ? {} : { text: answer.text }) }).toEqual({
      status: Number(expected),
    });
  });
});
