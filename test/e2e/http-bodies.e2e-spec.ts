import { DomainError } from '@app/kernel';
import { ListQuery, Public, RuntimeRoute, setETag } from '@app/platform';
import { Body, Controller, Get, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import request from 'supertest';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp } from '../support/http-app.js';

class Part {
  @IsInt()
  size: number;
}

class Thing {
  @IsString()
  @MaxLength(10)
  name: string;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];
}

@Controller('v1/things')
@Public()
class ThrowAwayController {
  @Post()
  create(@Body() thing: Thing) {
    return { kind: thing.constructor.name, thing };
  }

  @Patch()
  change(@Res({ passthrough: true }) reply: FastifyReply) {
    setETag(reply, 4);
    return {};
  }

  @Get()
  list(@Query() query: ListQuery) {
    return query;
  }
}

@Controller('v1/chat/completions')
@RuntimeRoute()
class ThrowAwayRuntimeController {
  @Post()
  chat(@Req() { body, id }: FastifyRequest) {
    if (!Buffer.isBuffer(body)) throw new DomainError('VALIDATION_FAILED');
    return { id, bytes: body.toString('latin1').slice(0, 100), length: body.length };
  }
}

const json = { 'content-type': 'application/json' };

describe('bodies and queries', () => {
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
  const post = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = json) =>
    request(api.server).post(path).set(headers).send(body);

  describe('management bodies', () => {
    it('become instances of their class', async () => {
      const { status, body } = await post('/v1/things', '{"name":"a","parts":[{"size":1}]}');
      expect([status, body]).toEqual([201, { kind: 'Thing', thing: { name: 'a', parts: [{ size: 1 }] } }]);
    });

    it.each([
      'application/json',
      'Application/JSON',
      'application/json;charset=UTF-8',
      'application/json; charset="utf-8"',
    ])('may be sent as %s', async (type) => {
      await post('/v1/things', '{"name":"a"}', { 'content-type': type }).expect(201);
    });

    it('get one entry for every wrong field, with its path and without its value', async () => {
      const { status, body, text } = await post(
        '/v1/things',
        '{"name":"planted-secret","parts":[{"size":1},{"size":"planted-secret"},7],"orgId":"planted-secret"}',
      );
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(body.details.fields).toEqual([
        { field: 'orgId', problem: 'is not a field of this request' },
        { field: 'name', problem: 'must be shorter than or equal to 10 characters' },
        { field: 'parts[1].size', problem: 'must be an integer number' },
        { field: 'parts[2]', problem: expect.any(String) },
      ]);
      expect(text).not.toContain('planted-secret');
    });

    it.each([
      ['a list', '[]'],
      ['null', 'null'],
      ['a number', '7'],
      ['a string', '"x"'],
      ['malformed JSON', '{"name":'],
      ['nothing', ''],
      ['no field', '{}'],
      ['a field twice', '{"name":"a","name":"b"}'],
      ['__proto__', '{"name":"a","__proto__":{"admin":true}}'],
      ['constructor', '{"name":"a","constructor":{"prototype":{}}}'],
      ['a list for a string', '{"name":["a"]}'],
      ['an object for a string', '{"name":{"toString":1}}'],
      ['null for a string', '{"name":null}'],
      ['an object for a list', '{"name":"a","parts":{"0":{"size":1}}}'],
      ['a list of lists', '{"name":"a","parts":[[[]]]}'],
      ['null in a list', '{"name":"a","parts":[null]}'],
      ['NUL', String.raw`{"name":"\u0000"}`],
      ['a lone surrogate', String.raw`{"name":"\udc00"}`],
      ['deep nesting', `{"name":"a","parts":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
      ['a number beyond all', '{"name":"a","parts":[{"size":1e999}]}'],
    ])('refuse %s with 400', async (_case, body) => {
      const answer = await post('/v1/things', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(answer.body.details.fields).not.toHaveLength(0);
    });

    it('refuse what is not UTF-8', async () => {
      await post('/v1/things', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])).expect(400);
    });

    it.each([
      ['another type', { 'content-type': 'text/plain' }],
      ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['no type', { 'content-type': '' }],
      ['another character set', { 'content-type': 'application/json; charset=utf-16' }],
      ['a compressed body', { ...json, 'content-encoding': 'gzip' }],
    ])('refuse %s with 415', async (_case, headers) => {
      const answer = await post('/v1/things', Buffer.from('{"name":"a"}'), headers);
      expect([answer.status, answer.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    });

    it('are at most 1 MB', async () => {
      const answer = await post('/v1/things', `{"name":"${'a'.repeat(1_000_000)}"}`);
      expect([answer.status, answer.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
    });

    it.each([
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=x', 'limit'],
      ['limit=1e2', 'limit'],
      ['limit=0x10', 'limit'],
      ['limit=%205', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['cursor=a&cursor=b', 'cursor'],
      ['limit[a]=1', 'limit[a]'],
      ['offset=1', 'offset'],
    ])('and queries are judged: %s', async (query, field) => {
      const { status, body } = await request(api.server).get(`/v1/things?${query}`);
      expect([status, body.details.fields[0].field]).toEqual([400, field]);
    });

    it('answers with the version as ETag', async () => {
      const { headers } = await request(api.server).patch('/v1/things').send({});
      expect(headers['etag']).toBe('"4"');
    });
  });

  describe('runtime bodies', () => {
    it('arrive as the bytes that were sent, under the id of the answer', async () => {
      const { body, headers } = await post('/v1/chat/completions', '{ "a":1,\n"a":2}');
      expect(body).toEqual({ id: headers['x-request-id'], bytes: '{ "a":1,\n"a":2}', length: 15 });
    });

    it('may be up to 10 MB', async () => {
      const { body } = await post('/v1/chat/completions', 'x'.repeat(10_000_000));
      expect(body.length).toBe(10_000_000);
      const answer = await post('/v1/chat/completions', 'x'.repeat(10_000_001));
      expect([answer.status, answer.body.error.code]).toEqual([413, 'BODY_TOO_LARGE']);
    });

    it('keep to JSON: 415 in the route’s rendering', async () => {
      const answer = await post('/v1/chat/completions', 'x', { 'content-type': 'text/plain' });
      expect([answer.status, answer.body.error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    });
  });
});
