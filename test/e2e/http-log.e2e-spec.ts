import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { DomainError } from '@app/kernel';
import { Database, Log, Public, RequirePermission, RuntimeRoute } from '@app/platform';
import { Controller, Get, Logger, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import request from 'supertest';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp, WORLD } from '../support/http-app.js';
import { findPlantedSecrets } from '../support/planted-secrets.js';

const planted = (name: string) => `${name}-${randomBytes(12).toString('hex')}`;
const SECRETS = {
  key: `csk_${planted('key')}`,
  cookie: planted('cookie'),
  query: planted('query'),
  path: planted('path'),
  agent: planted('agent'),
  body: planted('body'),
  message: planted('message'),
  cause: planted('cause'),
  property: planted('property'),
  statement: planted('statement'),
  framework: planted('framework'),
  thrown: planted('thrown'),
};

@Controller('v1')
class ThrowAwayController {
  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  @Public()
  @Post('bug')
  bug(): never {
    const cause = Object.assign(new TypeError(`Cannot read ${SECRETS.cause}\n    at ${SECRETS.cause} (/x.ts:1:1)`), {
      code: SECRETS.property,
    });
    throw Object.assign(new Error(`${SECRETS.message} is wrong`, { cause }), {
      name: SECRETS.property,
      body: SECRETS.body,
    });
  }

  @Public()
  @Get('statement')
  async statement() {
    await this.database.lookup(`select '${SECRETS.statement}'::uuid`);
  }

  @Public()
  @Get('thrown')
  thrown(): never {
    // eslint-disable-next-line no-throw-literal
    throw SECRETS.thrown;
  }

  @Public()
  @Get('noted')
  noted() {
    new Logger('Throw').error(`refused "${SECRETS.framework}"`, new Error(SECRETS.framework).stack, 'Throw');
    new Logger('Throw').warn({ secret: SECRETS.framework });
    new Logger('Throw').error(new Error(SECRETS.framework));
    const fields = { requestId: 'req_1', headers: { authorization: SECRETS.key }, body: SECRETS.body };
    this.log.error('Own line', fields, new Error(SECRETS.message));
    return {};
  }

  @RequirePermission('projects:update')
  @Post('projects/:projectId/things')
  write() {
    throw new DomainError('CONFLICT', `taken: ${SECRETS.body}`, { value: SECRETS.body });
  }

  @RuntimeRoute()
  @Get('models')
  stream(@Req() call: FastifyRequest, @Res() reply: FastifyReply) {
    call.caller = { organizationId: WORLD.organization, projectId: WORLD.project, apiKeyId: WORLD.apiKey };
    reply.hijack();
    reply.raw.writeHead(200).write('begun');
  }

  @RuntimeRoute()
  @Post('chat/completions')
  chat(@Req() { body }: FastifyRequest) {
    return JSON.parse(String(body)) as unknown;
  }
}

describe('the log', () => {
  let database: TestDatabase;
  let api: HttpApp;
  let text = '';
  const lines = (message: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['message'] === message);
  /** A line about an answer is written after the client has the answer. */
  const firstLine = async (message: string): Promise<Record<string, unknown>> => {
    while (lines(message).length === 0) await sleep(10);
    return lines(message)[0] ?? {};
  };

  beforeAll(async () => {
    database = await createEmptyDatabase();
    const log = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    api = await startHttpApp({ databaseUrl: database.url, controllers: [ThrowAwayController], log });
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  it('holds none of the secrets that headers, paths, bodies, errors, statements and libraries bring', async () => {
    const headers = {
      authorization: `Bearer ${SECRETS.key}`,
      cookie: `gateway_session=${SECRETS.cookie}`,
      'user-agent': SECRETS.agent,
      referer: `http://localhost/${SECRETS.path}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ secret: SECRETS.body });
    const query = `?token=${SECRETS.query}`;
    const post = (path: string, sent = body, more = {}) =>
      request(api.server)
        .post(path)
        .set({ ...headers, ...more })
        .send(sent);
    const get = (path: string) => request(api.server).get(path).set(headers);
    await post(`/v1/bug${query}`).expect(500);
    await get('/v1/thrown').expect(500);
    await get('/v1/statement').expect(400);
    await get('/v1/noted').expect(200);
    await post(`/v1/projects/${WORLD.project}/things`, body, { authorization: 'Bearer ses_owner' }).expect(409);
    await post(`/v1/projects/${SECRETS.path}/things`).expect(401);
    await post('/v1/chat/completions', `{"secret":"${SECRETS.body}"`).expect(500);
    await post('/v1/bug', `{"secret":"${SECRETS.body}"`).expect(400);
    await get(`/${SECRETS.path}${query}`).expect(404);
    await get(`/%zz${SECRETS.path}`).expect(400);
    while (lines('Request').length < 9) await sleep(10);
    expect(findPlantedSecrets(SECRETS, text)).toEqual([]);
  });

  it('has one line per request: method, route pattern, status, time, request id and ids', async () => {
    text = '';
    const { headers } = await request(api.server)
      .post(`/v1/projects/${WORLD.project}/things?a=b`)
      .set({ authorization: 'Bearer ses_owner' })
      .send({});
    expect(await firstLine('Request')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      name: 'api',
      pid: process.pid,
      message: 'Request',
      requestId: headers['x-request-id'],
      method: 'POST',
      route: '/v1/projects/:projectId/things',
      status: 409,
      ms: expect.any(Number),
      organizationId: WORLD.organization,
      projectId: WORLD.project,
      actorType: 'user',
      actorId: WORLD.account,
    });
    expect(lines('Request')).toHaveLength(1);
  });

  it('says of an internal error where it happened, under the id the caller got', async () => {
    text = '';
    const { body } = await request(api.server).post('/v1/bug').send({});
    const line = await firstLine('Request failed');
    expect(line).toMatchObject({
      level: 'error',
      requestId: body.requestId,
      route: '/v1/bug',
      code: 'INTERNAL_ERROR',
      error: { name: 'Error', frames: expect.arrayContaining([expect.stringContaining('http-log.e2e-spec.ts')]) },
    });
  });

  it('names the state of a refused statement', async () => {
    text = '';
    await request(api.server).get('/v1/statement');
    const line = await firstLine('Request refused by the database');
    expect(line).toMatchObject({ code: 'VALIDATION_FAILED', error: { cause: { code: '22P02' } } });
  });

  it('has a line for an answer that was cut by its client, also one written past the framework', async () => {
    text = '';
    await api.app.listen(0, '127.0.0.1');
    const { port } = api.server.address() as AddressInfo;
    const stop = new AbortController();
    const { headers } = await fetch(`http://127.0.0.1:${port}/v1/models`, { signal: stop.signal });
    stop.abort();
    expect(await firstLine('Request')).toMatchObject({
      requestId: headers.get('x-request-id'),
      route: '/v1/models',
      status: 200,
      aborted: true,
      organizationId: WORLD.organization,
      projectId: WORLD.project,
      actorType: 'api_key',
      actorId: WORLD.apiKey,
    });
  });

  it('keeps probes out', async () => {
    text = '';
    await request(api.server).get('/livez').expect(200);
    await request(api.server).get('/nothing').expect(404);
    await firstLine('Request');
    expect(lines('Request')).toHaveLength(1);
  });
});
