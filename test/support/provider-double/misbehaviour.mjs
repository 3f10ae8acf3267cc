/**
 * Ways to send an answer, right and wrong. A behaviour is an object; its members may be combined:
 *
 * - `status`, `headers`, `body`: answers with a failure instead (`{status: 429, headers: {'retry-after': '7'}}`)
 * - `delayHeaders`: milliseconds before anything is sent
 * - `delayEach`: milliseconds before every chunk
 * - `stallAfter`: sends so many chunks, then nothing more
 * - `cutAfter` + `cutIn`: closes after so many chunks: `between` them, inside a `chunk`, inside a UTF-8 `character`
 * - `oneByte`: every byte is a write of its own
 * - `noUsage`, `noDone`, `emptyStream`, `errorAfter`, `invalidAfter`, `crlf`, `comments`
 * - `invalidJson`, `emptyBody`, `bytes` (size of the content), `contentType`, `gzip`, `errorMember`
 * - `babble`: `headers`, `body`, `line` or `events` without end
 * - `text`, `cachedTokens`, `reasoningTokens`, `tier`: what the answer says
 */
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

const JSON_TYPE = { 'content-type': 'application/json' };
const STREAM_TYPE = { 'content-type': 'text/event-stream; charset=utf-8' };

/** Waits until a stream takes more, or is closed. */
const drained = (stream) =>
  new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });

const write = async (response, bytes) => {
  if (!response.destroyed && !response.write(bytes)) await drained(response);
};

const writePieces = async (response, bytes, oneByte) => {
  if (!oneByte) return write(response, bytes);
  for (let i = 0; i < bytes.length; i += 1) {
    await write(response, bytes.subarray(i, i + 1));
    if (i % 16 === 0) await new Promise(setImmediate);
  }
};

const STATUS_TEXT = {
  401: ['Incorrect API key provided: sk-doubl**********key.', 'invalid_request_error', 'invalid_api_key'],
  429: [
    'Rate limit reached for gpt-4o in organization org-double on requests per min (RPM).',
    'requests',
    'rate_limit_exceeded',
  ],
  500: ['The server had an error while processing your request. Sorry about that!', 'server_error', null],
  503: ['That model is currently overloaded with other requests.', 'server_error', null],
};

export const sendBroken = (response, { status, headers = {}, body }) => {
  const [message, type, code] = STATUS_TEXT[status] ?? [`Status ${status}`, 'invalid_request_error', null];
  response.writeHead(status, { ...JSON_TYPE, ...headers });
  response.end(body ?? JSON.stringify({ error: { message, type, param: null, code } }));
};

export const sendAnswer = async (response, completion, behaviour) => {
  if (behaviour.bytes) completion.choices[0].message.content = 'x'.repeat(behaviour.bytes);
  if (behaviour.noUsage) delete completion.usage;
  if (behaviour.errorMember) completion.error = { message: 'Upstream of the upstream failed', code: 502 };
  let bytes = Buffer.from(JSON.stringify(completion));
  if (behaviour.invalidJson) bytes = Buffer.from('{"id":"chatcmpl-1","choices":[{"index":0,');
  if (behaviour.emptyBody) bytes = Buffer.alloc(0);
  if (behaviour.gzip) bytes = gzipSync(bytes);
  const headers = { ...JSON_TYPE, ...(behaviour.contentType ? { 'content-type': behaviour.contentType } : {}) };
  if (behaviour.gzip) headers['content-encoding'] = 'gzip';
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  if (behaviour.stallAfter !== undefined) {
    await write(response, bytes.subarray(0, 10));
    return;
  }
  if (behaviour.cutAfter !== undefined) {
    await write(response, bytes.subarray(0, Math.floor(bytes.length / 2)));
    await wait(20);
    response.destroy();
    return;
  }
  await writePieces(response, bytes, behaviour.oneByte);
  response.end();
};

/** Where a chunk is cut: behind it, in its middle, or after the first byte of a character of several. */
const cutPlace = (frame, cutIn) => {
  if (cutIn === 'chunk') return Math.floor(frame.length / 2);
  const wide = frame.findIndex((byte) => byte >= 0xc0);
  return cutIn === 'character' && wide !== -1 ? wide + 1 : frame.length;
};

const frameOf = (chunk, { crlf, comments }) => {
  const end = crlf ? '\r\n' : '\n';
  return Buffer.from(`${comments ? `: still here${end}${end}` : ''}data: ${JSON.stringify(chunk)}${end}${end}`);
};

export const sendStream = async (response, chunks, behaviour) => {
  response.writeHead(200, {
    ...STREAM_TYPE,
    ...(behaviour.contentType ? { 'content-type': behaviour.contentType } : {}),
  });
  response.flushHeaders();
  if (behaviour.emptyStream) {
    response.end();
    return;
  }
  for (const [i, chunk] of chunks.entries()) {
    if (behaviour.delayEach) await wait(behaviour.delayEach);
    if (i === behaviour.stallAfter) return;
    if (i === behaviour.errorAfter) {
      const error = {
        message: 'The server had an error processing your request.',
        type: 'server_error',
        param: null,
        code: null,
      };
      await write(response, Buffer.from(`data: ${JSON.stringify({ error })}\n\n`));
      response.end();
      return;
    }
    if (i === behaviour.invalidAfter) await write(response, Buffer.from('data: {"choices":[{"delta":\n\n'));
    const frame = frameOf(chunk, behaviour);
    if (i === behaviour.cutAfter) {
      await write(response, frame.subarray(0, cutPlace(frame, behaviour.cutIn)));
      await wait(20);
      response.destroy();
      return;
    }
    await writePieces(response, frame, behaviour.oneByte);
  }
  if (!behaviour.noDone) await writePieces(response, Buffer.from('data: [DONE]\n\n'), behaviour.oneByte);
  response.end();
};

const endless = async (response, piece) => {
  while (!response.destroyed) await write(response, piece);
};

/** Sends without end, as fast as it is read. */
export const babble = async (response, kind) => {
  if (kind === 'headers') {
    const { socket } = response;
    socket.write('HTTP/1.1 200 OK\r\n');
    for (let i = 0; !socket.destroyed; i += 1) {
      if (!socket.write(`x-${i}: ${'y'.repeat(1_000)}\r\n`)) {
        await drained(socket);
      }
    }
    return;
  }
  response.writeHead(200, kind === 'body' ? JSON_TYPE : STREAM_TYPE);
  if (kind === 'body') return endless(response, Buffer.alloc(65_536, '{"a":['));
  if (kind === 'line') {
    await write(response, Buffer.from('data: '));
    return endless(response, Buffer.alloc(65_536, 'x'));
  }
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
  const delta = JSON.stringify({ ...chunk, choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }] });
  await endless(response, Buffer.from(`data: ${delta}\n\n`));
};
