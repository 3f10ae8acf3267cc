/**
 * The platform's server with throw-away routes, as a process of its own: `/v1/chat/completions?events=<n>` streams an
 * event every 50 ms, `n` of them or without end. It stops like the api does. Prints `listening <port>` and its log.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const {
  createLog,
  createServer,
  DrainRegistry,
  GracefulStop,
  Metrics,
  Readiness,
  renderErrorEvent,
} = require('../../dist/libs/platform/src/index.js');
const { DomainError } = require('../../dist/libs/kernel/src/index.js');

const drainMs = Number(process.argv[2]);
const log = createLog('streams', { logLevel: 'info' });
const readiness = new Readiness();
const streams = new DrainRegistry();
const config = { publicUrl: 'http://localhost:3000', embedded: true, trustProxy: [] };
const server = createServer({ config, log, readiness, metrics: new Metrics() });

server.get('/v1/chat/completions', (request, reply) => {
  const events = Number(request.query.events ?? Infinity);
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    reply.raw.write(`data: ${sent}\n\n`);
    if (sent >= events) finish('data: [DONE]\n\n');
  }, 50);
  const finish = (text) => {
    clearInterval(timer);
    release();
    reply.raw.end(text);
  };
  const release = streams.register({
    async end() {
      finish(renderErrorEvent(new DomainError('SERVICE_UNAVAILABLE', 'Stopping'), 'openai', request.id));
    },
  });
});
server.get('/livez', () => ({ draining: readiness.draining }));

const stop = new GracefulStop({
  server: server.server,
  readiness,
  streams,
  log,
  noticeMs: 300,
  drainMs,
  close: () => server.close(),
});
await server.listen({ host: '127.0.0.1', port: 0 });
process.on('SIGTERM', () => void stop.stop().then(() => process.exit(0)));
console.log(`listening ${server.server.address().port}`);
