import type { CommandContext } from '@app/kernel';
import { CurrentContext, RequirePermission, Versioned, WithoutEffect } from '@app/platform';
import { Controller, Post } from '@nestjs/common';
import request from 'supertest';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp, WORLD } from '../support/http-app.js';

@Controller('v1/projects/:projectId/things/:thing')
class ThrowAwayController {
  @RequirePermission('projects:update')
  @Versioned()
  @Post()
  write(@CurrentContext() context: CommandContext) {
    return context;
  }

  @RequirePermission('projects:update')
  @WithoutEffect()
  @Post('asked')
  ask(@CurrentContext() context: CommandContext) {
    return context;
  }
}

const things = `/v1/projects/${WORLD.project}/things/1`;

describe('the command context of a request', () => {
  let database: TestDatabase;
  let api: HttpApp;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    api = await startHttpApp({ databaseUrl: database.url, controllers: [ThrowAwayController] });
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const post = (headers: Record<string, string>, body: object | string = {}, path = things) =>
    request(api.server)
      .post(path)
      .set({ authorization: 'Bearer ses_owner', 'content-type': 'application/json', ...headers })
      .send(body);

  it('carries organization, actor, origin and request id', async () => {
    const { body, headers } = await post({ 'user-agent': 'a'.repeat(300), 'x-forwarded-for': '203.0.113.9' });
    expect(body).toEqual({
      organizationId: WORLD.organization,
      actor: { type: 'user', id: WORLD.account },
      origin: { ip: '127.0.0.1', userAgent: 'a'.repeat(256) },
      requestId: headers['x-request-id'],
    });
  });

  it('believes X-Forwarded-For of a trusted proxy only', async () => {
    const config = { trustProxy: ['127.0.0.0/8'] };
    const behindProxy = await startHttpApp({ databaseUrl: database.url, controllers: [ThrowAwayController], config });
    const ipOf = async (forwarded: string) => {
      const answer = await request(behindProxy.server)
        .post(things)
        .set({ authorization: 'Bearer ses_owner', 'x-forwarded-for': forwarded })
        .send({});
      return answer.body.origin.ip as unknown;
    };
    expect(await ipOf('198.51.100.7, 203.0.113.9')).toBe('203.0.113.9');
    expect(await ipOf('::ffff:203.0.113.9')).toBe('203.0.113.9');
    expect(await ipOf('<script>')).toBeNull();
    await behindProxy.close();
  });

  it.each([
    ['"7"', 7],
    ['W/"7"', 7],
    ['*', undefined],
  ])('reads If-Match %s', async (field, version) => {
    const { body } = await post({ 'if-match': field });
    expect(body.expectedVersion).toBe(version);
  });

  it.each(['7', '"x"', '""', '"-1"', '"1", "2"', '"99999999999999999999"'])('refuses If-Match %s', async (field) => {
    const { status, body } = await post({ 'if-match': field });
    expect([status, body.details.fields[0].field]).toEqual([400, 'If-Match']);
  });

  it('refuses If-Match on a route without a version, because nobody would compare it', async () => {
    const { status, body } = await post({ 'if-match': '"7"' }, {}, `${things}/asked`);
    expect([status, body.details.fields[0].field]).toEqual([400, 'If-Match']);
    expect((await post({ 'if-match': '*' }, {}, `${things}/asked`)).status).toBe(201);
  });

  it('takes no Idempotency-Key on a route without an effect', async () => {
    for (const key of ['k1', 'a b']) {
      const { status, body } = await post({ 'idempotency-key': key }, {}, `${things}/asked`);
      expect([status, body.idempotency]).toEqual([201, undefined]);
    }
  });

  it.each([' ', 'a b', 'x'.repeat(256), 'é'])('refuses the Idempotency-Key %j', async (key) => {
    const { status, body } = await post({ 'idempotency-key': key });
    expect([status, body.details.fields[0].field]).toEqual([400, 'Idempotency-Key']);
  });

  it('claims one answer per principal, route, target and key, and tells other bodies apart', async () => {
    const claimOf = async (headers: Record<string, string>, body: object | string = {}, path = things) =>
      (await post({ 'idempotency-key': 'k1', ...headers }, body, path)).body.idempotency as {
        claim: string;
        body: string;
        key: string;
      };
    const first = await claimOf({});
    expect(first).toEqual({
      claim: expect.stringMatching(/^[0-9a-f]{64}$/),
      body: expect.stringMatching(/^[0-9a-f]{64}$/),
      key: 'k1',
    });
    expect(await claimOf({})).toEqual(first);
    expect(await claimOf({}, {}, `/api${things}`)).toEqual(first);
    expect(await claimOf({}, {}, things.replace('things', '%74hings'))).toEqual(first);
    expect((await claimOf({ 'idempotency-key': 'k2' })).claim).not.toBe(first.claim);
    expect((await claimOf({ authorization: 'Bearer csk_secret' })).claim).not.toBe(first.claim);
    expect((await claimOf({}, {}, things.replace(/1$/, '2'))).claim).not.toBe(first.claim);
    const other = await claimOf({}, '{ }');
    expect([other.claim === first.claim, other.body === first.body]).toEqual([true, false]);
  });
});
