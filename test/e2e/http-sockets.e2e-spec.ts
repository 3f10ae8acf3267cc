import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';

import { Public, RuntimeRoute } from '@app/platform';
import { Controller, Get, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp } from '../support/http-app.js';

@Controller('v1')
class ThrowAwayController {
  @Public()
  @Get('things')
  read() {
    return {};
  }

  @Public()
  @Post('things')
  write() {
    return {};
  }

  @RuntimeRoute()
  @Post('chat/completions')
  chat(@Req() { body }: FastifyRequest) {
    return { length: (body as Buffer).length };
  }
}

interface RawAnswer {
  readonly status: number;
  readonly code: string | null;
  readonly requestId: string | null;
}

const read = (answer: string): RawAnswer => {
  const code = /"code":"(\w+)","message"/.exec(answer)?.[1] ?? null;
  const requestId = /^x-request-id: (\S+)/im.exec(answer)?.[1] ?? null;
  return { status: Number(answer.slice(9, 12)), code, requestId };
};

const manyFields = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `X-${i}: 1`);

describe('the server on real sockets', () => {
  let database: TestDatabase;
  let api: HttpApp;
  let port: number;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    api = await startHttpApp({ databaseUrl: database.url, controllers: [ThrowAwayController] });
    await api.app.listen(0, '127.0.0.1');
    port = (api.server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  /** Everything the server sends until it closes. */
  const exchange = async (text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.on('error', () => undefined);
    socket.write(text, 'latin1');
    await once(socket, 'close');
    return Buffer.concat(pieces).toString('latin1');
  };
  const send = async (line: string, fields: readonly string[], body = ''): Promise<RawAnswer> =>
    read(await exchange(`${[line, ...fields].join('\r\n')}\r\n\r\n${body}`));
  const get = (...fields: string[]) =>
    send('GET /v1/things HTTP/1.1', ['Host: localhost:3000', 'Connection: close', ...fields]);

  const ask = async (path: string, host: string) => {
    const { status, code } = await send(`GET ${path} HTTP/1.1`, [
      `Host: ${host}`,
      'Connection: close',
      'X-Forwarded-Host: localhost:3000',
    ]);
    return code ?? status;
  };

  it('serves what is in order', async () => {
    expect(await get()).toEqual({ status: 200, code: null, requestId: expect.stringMatching(/^req_/) });
  });

  it.each([
    'Authorization: Bearer csk_b',
    'authorization: Bearer csk_a',
    'CENCORI_API_KEY: csk_b',
    'cencori_api_key:csk_a',
    'X-Api-Key: csk_a',
  ])('refuses a repeated credential with 401: %s', async (field) => {
    const name = (field.split(':')[0] ?? '').toLowerCase();
    const { status, code } = await get(`${name}: Bearer csk_a`, field);
    expect([status, code]).toEqual([401, 'SESSION_REQUIRED']);
  });

  it('refuses a repeated credential of a runtime route with its own 401', async () => {
    const fields = ['Host: x', 'Connection: close', 'CENCORI_API_KEY: a', 'CENCORI_API_KEY: a', 'Content-Length: 0'];
    const { status, code } = await send('POST /v1/chat/completions HTTP/1.1', fields);
    expect([status, code]).toEqual([401, 'INVALID_API_KEY']);
  });

  it.each([
    'Host: localhost:3000',
    'Content-Type: application/json',
    'Origin: http://localhost:3000',
    'Cookie: a=1',
    'If-Match: "1"',
    'Idempotency-Key: a',
    'Sec-Fetch-Site: same-origin',
    'Referer: http://localhost:3000/',
    'X-Project-ID: prj_1',
  ])('refuses a repeated field that means one thing with 400: %s', async (field) => {
    const first = field.startsWith('Host') ? [] : [field];
    expect(await get(...first, field)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('ignores an expectation it does not know', async () => {
    expect(await get('Expect: a-miracle')).toMatchObject({ status: 200 });
  });

  it('takes repeats of fields that are lists', async () => {
    expect(await get('Accept: a/b', 'Accept: c/d', 'Via: 1.1 a', 'Via: 1.1 b')).toMatchObject({ status: 200 });
  });

  it.each([
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400, 'VALIDATION_FAILED'],
    ['a field without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400, 'VALIDATION_FAILED'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', 400, 'VALIDATION_FAILED'],
    ['a folded field', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n', 400, 'VALIDATION_FAILED'],
    ['NUL in a field', 'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', 400, 'VALIDATION_FAILED'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'VALIDATION_FAILED',
    ],
    [
      'a length that is no number',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1e1\r\n\r\n',
      400,
      'VALIDATION_FAILED',
    ],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'VALIDATION_FAILED',
    ],
    [
      'an unknown transfer coding',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n',
      400,
      'VALIDATION_FAILED',
    ],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'VALIDATION_FAILED'],
    ['17 kB of fields', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(17_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['a path of 17 kB', `GET /${'a'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('answers %s itself, with an id, and closes', async (_case, text, status, code) => {
    expect(read(await exchange(text))).toEqual({ status, code, requestId: expect.stringMatching(/^req_/) });
  });

  it('takes 100 fields and no more', async () => {
    expect(await get(...manyFields(98))).toMatchObject({ status: 200 });
    expect(await get(...manyFields(99))).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
  });

  it.each([
    ['without Host', 'GET /v1/things HTTP/1.1', ['Connection: close'], 400, 'VALIDATION_FAILED'],
    [
      'in absolute form',
      'GET http://localhost:3000/v1/things HTTP/1.1',
      ['Host: localhost:3000', 'Connection: close'],
      400,
      'VALIDATION_FAILED',
    ],
    [
      'with TRACE',
      'TRACE /v1/things HTTP/1.1',
      ['Host: localhost:3000', 'Connection: close'],
      405,
      'METHOD_NOT_ALLOWED',
    ],
    [
      'for the whole server',
      'OPTIONS * HTTP/1.1',
      ['Host: localhost:3000', 'Connection: close'],
      400,
      'VALIDATION_FAILED',
    ],
  ])('refuses a request %s', async (_case, line, fields, status, code) => {
    expect(await send(line, fields)).toEqual({ status, code, requestId: expect.stringMatching(/^req_/) });
  });

  describe('Host', () => {
    it.each(['localhost:3000', 'LOCALHOST:3000', '127.0.0.1:9', '[::1]:3000', 'localhost'])(
      'of management may be %s in embedded mode',
      async (host) => {
        expect(await ask('/v1/things', host)).toBe(200);
      },
    );

    it.each([
      'evil.example',
      'localhost.evil.example:3000',
      '127.0.0.1.evil.example',
      'evil@localhost:3000',
      '',
      '[::2]',
    ])('of management may not be %j, whatever X-Forwarded-Host says', async (host) => {
      expect(await ask('/v1/things', host)).toBe('MISDIRECTED_REQUEST');
      expect(await ask('/docs', host)).toBe('MISDIRECTED_REQUEST');
      expect(await ask('/nothing', host)).toBe('MISDIRECTED_REQUEST');
    });

    it('of probes and runtime routes may be any', async () => {
      expect(await ask('/livez', 'pod-7')).toBe(200);
      expect(await ask('/v1/chat/nothing', 'gateway.internal')).toBe('NOT_FOUND');
    });

    it('is PUBLIC_URL’s alone when not embedded', async () => {
      const config = { embedded: false, publicUrl: 'https://gateway.example', trustProxy: ['127.0.0.0/8'] };
      const strict = await startHttpApp({ databaseUrl: database.url, controllers: [ThrowAwayController], config });
      const status = async (host: string) =>
        (await strict.app.inject({ url: '/v1/things', headers: { host, 'x-forwarded-host': 'gateway.example' } }))
          .statusCode;
      expect(await status('gateway.example')).toBe(200);
      expect(await status('Gateway.Example:443')).toBe(200);
      expect(await status('gateway.example:80')).toBe(421);
      expect(await status('localhost')).toBe(421);
      await strict.close();
    });
  });

  it('cuts a body that grows beyond the limit without a length', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const head =
      'POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(read(await exchange(head + chunk.repeat(20)))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it('closes connections that drip their fields with 408 after 10 seconds, and serves others meanwhile', async () => {
    const dripping = Array.from({ length: 20 }, () => exchange('GET /v1/things HTTP/1.1\r\nHost: localhost\r\nA: '));
    expect(await get()).toMatchObject({ status: 200 });
    const answers = await Promise.all(dripping);
    expect(new Set(answers.map((answer) => read(answer).code))).toEqual(new Set(['REQUEST_TIMEOUT']));
    expect(await get()).toMatchObject({ status: 200 });
  });
});
