import { DomainError } from '@app/kernel';
import { Public, RuntimeRoute } from '@app/platform';
import { All, Controller, Get, Param, Post } from '@nestjs/common';
import request from 'supertest';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp } from '../support/http-app.js';

const REFUSED_CONNECTION = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });

@Controller()
@Public()
class ThrowAwayController {
  @Get('v1/things')
  list() {
    return {};
  }

  @Post('v1/things')
  create() {
    return {};
  }

  @Get('v1/things/:code')
  fail(@Param('code') code: string): never {
    if (code === 'SQL') throw REFUSED_CONNECTION;
    if (code === 'BUG') throw new Error('planted-secret');
    throw new DomainError(code as 'CONFLICT', undefined, { at: code });
  }

  @Get('api/ai/chat')
  native(): never {
    throw new DomainError('MODEL_NOT_ALLOWED');
  }
}

@Controller('v1')
@RuntimeRoute()
class ThrowAwayRuntimeController {
  @Post('chat/completions')
  chat() {
    return {};
  }

  @All('embeddings')
  embeddings(): never {
    throw new DomainError('RATE_LIMIT_EXCEEDED', undefined, { retryAfter: 6.2 });
  }

  @Post('messages')
  messages(): never {
    throw new DomainError('SPEND_CAP_REACHED');
  }
}

const REQUEST_ID = /^req_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

describe('errors and request ids', () => {
  let database: TestDatabase;
  let api: HttpApp;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    api = await startHttpApp({
      databaseUrl: database.url,
      controllers: [ThrowAwayController, ThrowAwayRuntimeController],
    });
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  describe('request ids', () => {
    it('are ours, whatever the client sends, and stand in every answer', async () => {
      const answers = [
        await request(api.server).get('/v1/things').set({ 'x-request-id': 'mine', 'request-id': 'mine' }),
        await request(api.server).get('/v1/things/NOT_FOUND'),
        await request(api.server).get('/nothing'),
        await request(api.server).get('/%zz'),
        await request(api.server).options('/v1/things'),
      ];
      const ids = answers.map(({ headers }) => headers['x-request-id'] ?? '');
      for (const id of ids) expect(id).toMatch(REQUEST_ID);
      expect(new Set(ids).size).toBe(ids.length);
      expect(answers[1]?.body.requestId).toBe(ids[1]);
    });
  });

  describe('errors', () => {
    const CONFLICT = 'The request contradicts the present state';
    const flat = { code: 'CONFLICT', message: CONFLICT, status: 409, requestId: expect.stringMatching(REQUEST_ID) };

    it('are flat on management routes', async () => {
      const { status, body, headers } = await request(api.server).get('/v1/things/CONFLICT');
      expect([status, body]).toEqual([409, { error: CONFLICT, ...flat, details: { at: 'CONFLICT' } }]);
      expect(headers['x-should-retry']).toBe('false');
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
    });

    it('are flat on native routes', async () => {
      const { body } = await request(api.server).get('/api/ai/chat');
      expect(body.error).toBe('The key may not use this model');
    });

    it('are OpenAI’s object on OpenAI-shaped routes', async () => {
      const { status, body, headers } = await request(api.server).get('/v1/embeddings');
      expect([status, headers['retry-after']]).toEqual([429, '7']);
      expect(body).toMatchObject({
        error: { message: 'Too many requests', type: 'rate_limit_error', code: 'RATE_LIMIT_EXCEEDED', param: null },
        code: 'RATE_LIMIT_EXCEEDED',
        message: 'Too many requests',
        status: 429,
      });
    });

    it('are a string on /api/v1/embeddings, whose clients cannot read an object', async () => {
      const { body } = await request(api.server).get('/api/v1/embeddings');
      expect(body.error).toBe('Too many requests');
    });

    it('are Anthropic’s object on messages', async () => {
      const { status, body, headers } = await request(api.server).post('/v1/messages').send({});
      expect(status).toBe(402);
      expect(body).toMatchObject({
        type: 'error',
        error: { type: 'billing_error', message: 'The monthly spend cap is reached' },
        request_id: headers['x-request-id'],
        requestId: headers['x-request-id'],
        code: 'SPEND_CAP_REACHED',
      });
      expect(headers['request-id']).toBe(headers['x-request-id']);
    });

    it('of the database are 503 with Retry-After, ours are 500, and neither says more', async () => {
      const unavailable = await request(api.server).get('/v1/things/SQL');
      expect([unavailable.status, unavailable.body.code, unavailable.headers['retry-after']]).toEqual([
        503,
        'SERVICE_UNAVAILABLE',
        '2',
      ]);
      const internal = await request(api.server).get('/v1/things/BUG');
      expect([internal.status, internal.body.code, internal.body.details]).toEqual([500, 'INTERNAL_ERROR', {}]);
      expect(unavailable.text + internal.text).not.toMatch(/planted|5432|at /);
    });

    it.each([
      ['GET', '/nothing', 404, 'NOT_FOUND'],
      ['GET', '/v1/chat/nothing', 404, 'NOT_FOUND'],
      ['GET', '/%zz', 400, 'VALIDATION_FAILED'],
      ['GET', `/v1/things/${'x'.repeat(600)}`, 404, 'NOT_FOUND'],
      ['DELETE', '/v1/things', 405, 'METHOD_NOT_ALLOWED'],
      ['GET', '/v1/chat/completions', 405, 'METHOD_NOT_ALLOWED'],
      ['PUT', '/internal/metrics', 404, 'NOT_FOUND'],
    ])('answer %s %s with %i %s', async (method, path, status, code) => {
      const answer = await api.app.inject({ method: method as 'GET', url: path, headers: { host: 'localhost:3000' } });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
    });

    it('tell the methods a route has', async () => {
      const { headers } = await request(api.server).delete('/v1/things');
      expect(headers['allow']).toBe('GET, HEAD, POST, OPTIONS');
    });
  });

  describe('the /api/v1 alias', () => {
    it('serves every /v1 route', async () => {
      await request(api.server).get('/api/v1/things').expect(200, {});
      const { body } = await request(api.server).get('/api/v1/chat/nothing');
      expect(body.error).toMatchObject({ code: 'NOT_FOUND' });
    });
  });
});
