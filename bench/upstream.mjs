// The provider of the benchmarks: answers every chat completion at once with the same bytes, from one process.
import { createServer } from 'node:http';

const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1,
    model: 'bench',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'pong '.repeat(50), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 },
  }),
);
const headers = { 'content-type': 'application/json', 'content-length': answer.length };
let calls = 0;

const server = createServer((request, response) => {
  if (request.url === '/calls') return response.end(String(calls));
  request.resume();
  request.once('end', () => {
    calls += 1;
    response.writeHead(200, headers);
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
