import { DomainError } from '@app/kernel';
import {
  type Access,
  type Config,
  CurrentAccess,
  Public,
  RequireSession,
  RuntimeRoute,
  SessionCookie,
} from '@app/platform';
import { Controller, Get, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import request from 'supertest';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp, WORLD } from '../support/http-app.js';

@Controller('v1')
class ThrowAwayController {
  constructor(private readonly cookie: SessionCookie) {}

  @Public()
  @Post('auth/sign-in')
  signIn(@Res({ passthrough: true }) reply: FastifyReply) {
    this.cookie.issue(reply, 'ses_owner', 60);
    return {};
  }

  @Public()
  @Post('auth/sign-out')
  signOut(@Res({ passthrough: true }) reply: FastifyReply) {
    this.cookie.clear(reply);
    return {};
  }

  @RequireSession()
  @Get('me')
  me(@CurrentAccess() { principal }: Access) {
    return principal;
  }

  @RequireSession()
  @Post('me')
  write() {
    return {};
  }
}

@Controller('v1')
@RuntimeRoute()
class ThrowAwayRuntimeController {
  @Post('chat/completions')
  chat() {
    return {};
  }

  @Post('messages')
  messages(): never {
    throw new DomainError('DOMAIN_NOT_ALLOWED');
  }
}

const controllers = [ThrowAwayController, ThrowAwayRuntimeController];
const json = { 'content-type': 'application/json' };

describe('browsers', () => {
  let database: TestDatabase;
  let api: HttpApp;
  const get = () => request(api.server).get('/v1/me');
  const start = (config: Partial<Config> = {}) => startHttpApp({ databaseUrl: database.url, controllers, config });

  beforeAll(async () => {
    database = await createEmptyDatabase();
    api = await start();
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });
  const post = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = json) =>
    request(api.server).post(path).set(headers).send(body);

  describe('session cookie', () => {
    const cookie = 'gateway_session=ses_owner';
    const write = () => request(api.server).post('/v1/me').set('cookie', cookie);

    it('is HttpOnly and Lax, and __Host- and Secure under https', async () => {
      const plain = await request(api.server).post('/v1/auth/sign-in').send({});
      expect(plain.headers['set-cookie']).toEqual([`${cookie}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax`]);
      const https = await start({ publicUrl: 'https://gateway.example' });
      const secure = await request(https.server).post('/v1/auth/sign-in').set('host', 'gateway.example').send({});
      expect(secure.headers['set-cookie']).toEqual([
        '__Host-gateway_session=ses_owner; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure',
      ]);
      await https.close();
    });

    it('is taken away by clearing it', async () => {
      const { headers } = await request(api.server).post('/v1/auth/sign-out').send({});
      expect(headers['set-cookie']).toEqual(['gateway_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']);
    });

    it('counts for reading', async () => {
      await get().set('cookie', cookie).expect(200);
    });

    it.each([
      ['our own page', { 'sec-fetch-site': 'same-origin' }],
      ['our own origin, from an older browser', { origin: 'http://localhost:3000' }],
    ])('counts for a write of %s', async (_case, headers) => {
      await write().set(headers).send({}).expect(201);
    });

    it.each([
      ['no page', {}],
      ['a foreign site', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' }],
      ['a sibling site', { 'sec-fetch-site': 'same-site' }],
      ['a foreign origin', { origin: 'http://localhost:3001' }],
      ['no origin at all', { origin: 'null' }],
    ])('does not count for a write of %s', async (_case, headers) => {
      await write().set(headers).send({}).expect(401);
    });

    it('does not count when there are two', async () => {
      await get().set('cookie', `${cookie}; gateway_session=ses_viewer`).expect(401);
    });

    it('gives way to a credential in the headers', async () => {
      const { body } = await get().set({
        cookie: 'gateway_session=ses_viewer',
        authorization: 'Bearer ses_owner',
      });
      expect(body.accountId).toBe(WORLD.account);
    });
  });

  describe('CORS', () => {
    const origin = { origin: 'https://app.example' };

    it('answers a runtime preflight of any origin without credentials', async () => {
      const { status, headers } = await request(api.server)
        .options('/v1/chat/completions')
        .set({
          ...origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,cencori_api_key,x-stainless-os,x-evil',
        });
      expect(status).toBe(204);
      expect(headers['access-control-allow-origin']).toBe('https://app.example');
      expect(headers['access-control-allow-methods']).toContain('POST');
      expect(headers['access-control-allow-headers']).toMatch(/CENCORI_API_KEY.*x-stainless-os/);
      expect(headers['access-control-allow-headers']).not.toContain('x-evil');
      expect(headers['access-control-max-age']).toBe('86400');
      expect(headers['vary']).toContain('Origin');
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    });

    it('lets a page read runtime answers, refusals included', async () => {
      for (const answer of [
        await post('/v1/chat/completions', '{}', { ...json, ...origin }),
        await post('/v1/messages', '{}', { ...json, ...origin }),
        await post('/v1/chat/completions', 'x', { ...origin, 'content-type': 'text/plain' }),
      ]) {
        expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
        expect(answer.headers['access-control-expose-headers']).toContain('X-Request-Id');
      }
      const { headers } = await post('/v1/chat/completions', '{}');
      expect(headers['vary']).toBe('Origin');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    });

    it('answers a management preflight without allow headers', async () => {
      const { status, headers } = await request(api.server)
        .options('/v1/me')
        .set({ ...origin, 'access-control-request-method': 'POST' });
      expect(status).toBe(204);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    });
  });

  describe('security headers', () => {
    it('stand on management answers', async () => {
      const { headers } = await request(api.server).get('/v1/me');
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    });
  });
});
