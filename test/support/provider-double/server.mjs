/**
 * A stand-in for OpenAI's API, in a process of its own and sharing no code with the product. It speaks the real wire
 * protocol, refuses what the real one refuses, and misbehaves on command.
 *
 * `POST /_control/behave {behaviour, times, model?, user?}` orders a behaviour for the next calls that match (see
 * `misbehaviour.mjs`), `POST /_control/reset` forgets orders and calls, `GET /_control/calls` tells what was seen.
 * It ends when its standard input ends, so it never outlives the test that started it.
 */
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import { chunksOf, completionOf, decideAnswer } from './answers.mjs';
import { babble, sendAnswer, sendBroken, sendStream } from './misbehaviour.mjs';
import { checkChatRequest, checkKey, MODELS, Refused, unreadable } from './requests.mjs';

const apiKey = process.argv[2] ?? 'sk-double';

let orders = [];
let calls = [];
let count = 0;

const bodyOf = async (request) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
};

const json = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
};

/** The first order that matches the call and is not used up. */
const orderedFor = (body) => {
  const matches = (order) =>
    order.times > 0 &&
    (order.model === undefined || order.model === body?.model) &&
    (order.user === undefined || order.user === body?.user);
  const order = orders.find(matches);
  if (!order) return {};
  order.times -= 1;
  return order.behaviour;
};

const control = async (request, response) => {
  if (request.url === '/_control/calls') return json(response, 200, calls);
  if (request.url === '/_control/reset') {
    orders = [];
    calls = [];
  } else if (request.url === '/_control/behave') {
    const order = parse(await bodyOf(request));
    orders.push({ ...order, times: order.times ?? 1 });
  }
  json(response, 200, {});
};

const chat = async (request, response, call) => {
  const text = await bodyOf(request);
  call.bytes = Buffer.byteLength(text);
  call.text = text.length > 20_000 ? null : text;
  checkKey(request.headers.authorization, apiKey);
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw unreadable();
  const body = parse(text);
  call.model = body?.model ?? null;
  call.user = body?.user ?? null;
  call.streamed = body?.stream === true;
  const behaviour = orderedFor(body);
  call.behaviour = behaviour;
  if (behaviour.delayHeaders) await wait(behaviour.delayHeaders);
  if (behaviour.babble) return babble(response, behaviour.babble);
  if (behaviour.status) return sendBroken(response, behaviour);
  checkChatRequest(body);
  const answer = decideAnswer(body, behaviour);
  const id = `chatcmpl-${call.id}`;
  if (body.stream !== true) return sendAnswer(response, completionOf(answer, id), behaviour);
  const includeUsage = body.stream_options?.include_usage === true && !behaviour.noUsage;
  await sendStream(response, chunksOf(answer, id, includeUsage), behaviour);
};

const shown = (name) => ({ id: name, object: 'model', created: 1_715_367_049, owned_by: 'system' });

const models = (response, id) => {
  if (id === undefined) return json(response, 200, { object: 'list', data: Object.keys(MODELS).map(shown) });
  if (!Object.hasOwn(MODELS, id)) {
    throw new Refused(404, `The model '${id}' does not exist`, 'model', 'model_not_found');
  }
  json(response, 200, shown(id));
};

const handle = async (request, response) => {
  if (request.url.startsWith('/_control/')) return control(request, response);
  count += 1;
  const { socket } = request;
  const sentBefore = socket.bytesWritten;
  const call = {
    id: count,
    at: Date.now(),
    route: `${request.method} ${request.url}`,
    headers: request.headers,
    aborted: false,
  };
  Object.defineProperty(call, 'sent', { enumerable: true, get: () => socket.bytesWritten - sentBefore });
  calls.push(call);
  response.setHeader('x-request-id', `double-${count}`);
  response.setHeader('openai-processing-ms', '7');
  response.setHeader('openai-organization', 'the-owner-of-the-key');
  response.on('close', () => {
    call.status = response.statusCode;
    call.aborted = !response.writableFinished;
  });
  try {
    const [, model] = /^GET \/v1\/models(?:\/(.+))?$/.exec(call.route) ?? [null, null];
    if (call.route === 'POST /v1/chat/completions') await chat(request, response, call);
    else if (model !== null) {
      checkKey(request.headers.authorization, apiKey);
      const behaviour = orderedFor(null);
      if (behaviour.delayHeaders) await wait(behaviour.delayHeaders);
      if (behaviour.status) sendBroken(response, behaviour);
      else models(response, model);
    } else throw new Refused(404, `Invalid URL (${call.route})`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    json(response, error.status, error.body);
  }
};

const server = createServer((request, response) => {
  response.on('error', () => response.destroy());
  handle(request, response).catch((error) => {
    if (!request.socket.destroyed) console.error(error);
    response.destroy();
  });
});

server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
