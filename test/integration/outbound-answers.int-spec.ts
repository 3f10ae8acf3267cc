import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';

import {
  Allowances,
  newId,
  type OutboundAnswer,
  OutboundHttp,
  type OutboundHttpOptions,
  type OutboundTarget,
} from '@app/platform';

import { type LoopbackServer, startLoopbackServer, startRawServer } from '../support/loopback-server.js';

const pem = (name: string): string => readFileSync(join(__dirname, '../support/tls', name), 'utf8');

describe('what comes back from a customer’s server', () => {
  const servers: LoopbackServer[] = [];
  const open: OutboundHttp[] = [];
  const organizationId = newId('org');

  const outbound = (options: OutboundHttpOptions = {}): OutboundHttp => {
    const allowances = new Allowances({ entries: ['127.0.0.1/32'], uses: ['webhooks'] }, { production: false });
    const http = new OutboundHttp(allowances, { resolve: () => Promise.resolve(['127.0.0.1']), ...options });
    open.push(http);
    return http;
  };
  const trusting = (): OutboundHttp => outbound({ certificateAuthorities: [pem('ca.pem')] });
  const serve = async (answer: (response: ServerResponse) => void): Promise<LoopbackServer> => {
    const server = await startLoopbackServer((_, response) => answer(response));
    servers.push(server);
    return server;
  };
  const serveRaw = async (greet: (socket: Socket) => void): Promise<LoopbackServer> => {
    const server = await startRawServer(greet);
    servers.push(server);
    return server;
  };
  const get = (
    http: OutboundHttp,
    server: LoopbackServer,
    other: Partial<OutboundTarget> & { timeoutMs?: number } = {},
  ): Promise<OutboundAnswer> =>
    http.request({
      organizationId,
      use: 'webhooks',
      url: `http://server.example:${server.port}/hook?a=1#b`,
      method: 'GET',
      timeoutMs: 5_000,
      maxBytes: 1_000,
      ...other,
    });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((http) => http.destroy()));
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('is its status, headers and body, whatever the status', async () => {
    for (const status of [200, 204, 400, 401, 404, 410, 500, 503]) {
      const server = await serve((response) =>
        response.writeHead(status, { 'x-answer': 'yes' }).end(status === 204 ? '' : 'text'),
      );
      const answer = await get(outbound(), server);
      expect([answer.status, answer.headers['x-answer'], answer.body.toString()]).toEqual([
        status,
        'yes',
        status === 204 ? '' : 'text',
      ]);
      expect(server.requests).toEqual(['GET /hook?a=1']);
    }
  });

  it('answers to exactly the bytes and headers that were sent', async () => {
    const received: string[] = [];
    const server = await startLoopbackServer((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        received.push(body, String(request.headers['x-signature']), String(request.headers.host));
        response.end();
      });
    });
    servers.push(server);
    const url = `http://server.example:${server.port}/`;
    const headers = { 'x-signature': 'v1,abc' };
    await outbound().request({
      organizationId,
      use: 'webhooks',
      url,
      method: 'POST',
      headers,
      body: '{"a":"é"}',
      timeoutMs: 5_000,
      maxBytes: 0,
    });
    expect(received).toEqual(['{"a":"é"}', 'v1,abc', `server.example:${server.port}`]);
  });

  it('may be as long as was asked for and not one byte longer', async () => {
    for (const [length, expected] of [
      [1_000, 1_000],
      [1_001, 'too-large'],
    ] as const) {
      const server = await serve((response) => response.end(Buffer.alloc(length)));
      const result = await get(outbound(), server).then(
        ({ body }) => body.length,
        ({ reason }: { reason: string }) => reason,
      );
      expect(result).toBe(expected);
    }
  });

  it.each<[string, string, (socket: Socket) => void]>([
    ['says nothing', 'timeout', () => undefined],
    ['drips header bytes', 'timeout', (socket) => void drip(socket, 'HTTP/1.1 200 OK\r\nx-slow: ')],
    ['drips body bytes', 'timeout', (socket) => void drip(socket, 'HTTP/1.1 200 OK\r\n\r\n')],
    [
      'sends interim answers for ever',
      'timeout',
      (socket) => void drip(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    ],
    [
      'sends headers without end',
      'too-large',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(100_000)}`),
    ],
    ['is no HTTP server', 'unreachable', (socket) => socket.end('220 smtp.example ESMTP\r\n')],
    ['closes at once', 'unreachable', (socket) => socket.end()],
    ['resets the connection', 'unreachable', (socket) => socket.resetAndDestroy()],
    [
      'cuts the body short',
      'unreachable',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'),
    ],
  ])('is an error when the server %s: %s', async (_, reason, greet) => {
    const server = await serveRaw((socket) => socket.once('data', () => greet(socket)));
    await expect(get(outbound(), server, { timeoutMs: 700 })).rejects.toMatchObject({ name: 'OutboundError', reason });
  });

  it('is cut when the server babbles, and so is its connection', async () => {
    const started: ServerResponse[] = [];
    const server = await serve((response) => {
      started.push(response);
      babble(response);
    });
    await expect(get(outbound(), server)).rejects.toMatchObject({ reason: 'too-large' });
    const [response] = started;
    if (response?.destroyed === false) await once(response, 'close');
    expect(response?.destroyed).toBe(true);
  });

  it('is nothing when no one listens', async () => {
    const server = await serve((response) => response.end());
    await server.close();
    servers.splice(0);
    await expect(get(outbound(), server)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('counts the time a name server takes', async () => {
    const server = await serve((response) => response.end());
    const http = outbound({ resolve: () => new Promise(() => undefined) });
    await expect(get(http, server, { timeoutMs: 100 })).rejects.toMatchObject({ reason: 'timeout' });
    expect(server.connections()).toBe(0);
  });

  describe('on kept connections', () => {
    it('serves one organization and one use only', async () => {
      const server = await serve((response) => response.end());
      const http = outbound();
      const other = newId('org');
      for (const tenant of [organizationId, organizationId, other, other, organizationId]) {
        await get(http, server, { organizationId: tenant });
        // The answer is complete a moment before its connection counts as free.
        await nextTurn();
      }
      const [first, second, third, fourth, fifth] = server.sockets;
      expect(second).toBe(first);
      expect(third).not.toBe(first);
      expect(fourth).toBe(third);
      expect(fifth).toBe(first);
      expect(server.connections()).toBe(2);
    });

    it('lasts as long as the answers of the name stay the same', async () => {
      let now = 0;
      let answers = ['127.0.0.1'];
      const server = await serve((response) => response.end());
      const allowances = new Allowances(
        { entries: ['127.0.0.1/32', '127.0.0.2/32'], uses: ['webhooks'] },
        { production: false },
      );
      const http = new OutboundHttp(allowances, { resolve: () => Promise.resolve(answers), clock: () => now });
      open.push(http);
      await get(http, server);
      await nextTurn();
      now += 61_000;
      await get(http, server);
      await nextTurn();
      expect(server.connections()).toBe(1);
      // Nobody listens at the second address: the pool tries the first answer first, on a connection of its own.
      answers = ['127.0.0.1', '127.0.0.2'];
      now += 61_000;
      await get(http, server);
      expect(server.connections()).toBe(2);
    });

    it('reaches the next judged address when the first one does not answer', async () => {
      const server = await serve((response) => response.end());
      const allowances = new Allowances(
        { entries: ['127.0.0.1/32', '127.0.0.2/32'], uses: ['webhooks'] },
        { production: false },
      );
      const http = new OutboundHttp(allowances, { resolve: () => Promise.resolve(['127.0.0.2', '127.0.0.1']) });
      open.push(http);
      expect((await get(http, server)).status).toBe(200);
    });
  });

  describe('over TLS', () => {
    const seen: (string | false | null)[] = [];
    let server: LoopbackServer;

    beforeEach(async () => {
      seen.splice(0);
      server = await startLoopbackServer(
        (request, response) => {
          seen.push(
            request.socket instanceof TLSSocket ? request.socket.servername : null,
            request.headers.host ?? null,
          );
          response.end('secure');
        },
        { create: (listener) => createHttpsServer({ key: pem('server.key'), cert: pem('server.pem') }, listener) },
      );
      servers.push(server);
    });

    const at = (host: string): string => `https://${host}:${server.port}/`;

    it('is believed when the certificate is for the name of the URL, not for the address', async () => {
      const answer = await get(trusting(), server, { url: at('outbound.test') });
      expect(answer.body.toString()).toBe('secure');
      expect(seen).toEqual(['outbound.test', `outbound.test:${server.port}`]);
    });

    it.each(['other.test', 'outbound.test.example', '127.0.0.1'])('is not believed for %s', async (host) => {
      await expect(get(trusting(), server, { url: at(host) })).rejects.toMatchObject({ reason: 'unreachable' });
      expect(seen).toEqual([]);
    });

    it('is not believed from an authority nobody trusts', async () => {
      await expect(get(outbound(), server, { url: at('outbound.test') })).rejects.toMatchObject({
        reason: 'unreachable',
      });
      expect(seen).toEqual([]);
    });

    it('is checked against the URL also when a Host header names the certificate', async () => {
      const target: OutboundTarget = { organizationId, use: 'webhooks', url: at('other.test') };
      const dispatcher = await trusting().dispatcherFor(target);
      const call = dispatcher.request({ path: '/', method: 'GET', headers: { host: 'outbound.test' } });
      await expect(call).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      expect(seen).toEqual([]);
    });
  });
});

/** Sends as much as the other side takes. */
const babble = (response: ServerResponse): void => {
  const write = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(16_384)));
  };
  response.on('drain', write);
  write();
};

/** Writes a beginning, then a piece every 20 ms until the other side has gone. */
const drip = async (socket: Socket, beginning: string, piece = 'a'): Promise<void> => {
  socket.write(beginning);
  while (!socket.destroyed) {
    socket.write(piece);
    await sleep(20);
  }
};
