import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Secret } from '@app/platform';

import { chunksOf, completionOf, readSandboxRequest, SANDBOX_MODELS, type SandboxRequest } from './sandbox-answers.js';
import { readFaults, type SandboxFaults } from './sandbox-faults.js';

/** Answers to no more than the gateway sends on. */
const MOST_BYTES = 12_000_000;

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, message: string, param: string | null = null): void =>
  json(response, status, { error: { message, type: 'invalid_request_error', param, code: null } });

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) return null;
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return null;
  }
};

/** Waits until the other side takes more, or is gone. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });

const stream = async (response: ServerResponse, request: SandboxRequest, cut: number | null): Promise<void> => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const [position, chunk] of chunksOf(request, idOfAnswer(), now()).entries()) {
    if (position === cut) return void response.destroy();
    if (response.destroyed) return;
    if (response.write(`data: ${JSON.stringify(chunk)}\n\n`)) continue;
    await drained(response);
  }
  response.end('data: [DONE]\n\n');
};

const answer = (response: ServerResponse, request: SandboxRequest, cut: number | null): void => {
  const completion = completionOf(request, idOfAnswer(), now());
  if (cut === null) return json(response, 200, completion);
  const text = Buffer.from(JSON.stringify(completion));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  response.write(text.subarray(0, Math.ceil(text.length / 2)), () => response.destroy());
};

const idOfAnswer = (): string => `chatcmpl-${randomBytes(12).toString('hex')}`;

const now = (): number => Math.floor(Date.now() / 1_000);

/** A small provider that speaks OpenAI's protocol on a loopback port of its own. Only who knows its token is answered. */
export class SandboxServer {
  /** Made anew for every process, so that no other program of the machine can use the port. */
  readonly credential = new Secret(randomBytes(32).toString('base64url'));
  private readonly authorization = Buffer.from(`Bearer ${this.credential.reveal()}`);
  private readonly server: Server = createServer((request, response) => {
    response.on('error', () => response.destroy());
    this.handle(request, response).catch(() => response.destroy());
  });

  /** Listens on a free port and answers its number. */
  async start(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isOurs(request)) return refuse(response, 401, 'The sandbox is reached through the gateway only');
    const faults = readFaults(request.headers['x-sandbox']?.toString());
    if (faults === null) return refuse(response, 400, 'x-sandbox takes status=400…599, delay=0…60000 and cut=0…99999');
    if (faults.delay > 0) await wait(faults.delay);
    if (faults.status !== null)
      return refuse(response, faults.status, `The sandbox was told to answer ${faults.status}`);
    const route = `${request.method} ${request.url}`;
    if (route === 'GET /v1/models') {
      return json(response, 200, { object: 'list', data: SANDBOX_MODELS.map((id) => ({ id, object: 'model' })) });
    }
    if (route !== 'POST /v1/chat/completions') return refuse(response, 404, 'Unknown route');
    await this.complete(await bodyOf(request), response, faults);
  }

  private async complete(body: unknown, response: ServerResponse, { cut }: SandboxFaults): Promise<void> {
    const request = readSandboxRequest(body);
    if ('message' in request) return refuse(response, request.status, request.message, request.param);
    if (request.streamed) return stream(response, request, cut);
    answer(response, request, cut);
  }

  private isOurs({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers.authorization ?? '');
    return given.length === this.authorization.length && timingSafeEqual(given, this.authorization);
  }
}
