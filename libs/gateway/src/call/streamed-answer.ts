import type { IncomingHttpHeaders } from 'node:http';
import { formatUsd, type MicroUsd } from '@app/kernel';
import {
  type ChatAnswer,
  EventStreamParser,
  InvalidAnswer,
  type ProviderAdapter,
  type StreamEvent,
  type StreamPart,
} from '@app/providers';

import type { AnswerReader } from './answer-reader.js';
import type { AnswerHeaders, ClientAnswer } from './client-answer.js';
import type { ChatRequest } from './read-chat-request.js';
import { refuseEncoded } from './whole-answer.js';

/** An event is a few hundred bytes; generated speech comes in pieces of some thousand. */
const MOST_EVENT_BYTES = 4_000_000;
/** What may come before the answer begins: its role. */
const MOST_HELD_BYTES = 1_000_000;

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies between here and the caller must neither collect nor repack the events.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

type Chunk = Extract<StreamPart, { kind: 'chunk' }>;

/** An answer in events. Nothing is sent before its first content, so that a failure until then has a true status. */
export class StreamedAnswer implements AnswerReader {
  answer: ChatAnswer = { usage: null, tier: null, generated: { bytes: 0, pieces: 0 } };
  private readonly parser = new EventStreamParser(MOST_EVENT_BYTES);
  private provided: IncomingHttpHeaders = {};
  /** Text to send with the next write. */
  private pending = '';
  private begun = false;
  private finishedChoices = 0;

  constructor(
    private readonly adapter: ProviderAdapter,
    private readonly client: ClientAnswer,
    private readonly asked: Pick<ChatRequest, 'usageAsked' | 'choices'>,
    private readonly headers: (provided: IncomingHttpHeaders) => AnswerHeaders,
    private readonly cost: (answer: ChatAnswer) => MicroUsd | null,
  ) {}

  begin(headers: IncomingHttpHeaders): void {
    refuseEncoded(headers);
    if (!/^text\/event-stream\b/i.test(headers['content-type'] ?? '')) {
      throw new InvalidAnswer('the answer is not an event stream');
    }
    this.provided = headers;
  }

  push(chunk: Buffer): boolean {
    return this.read(this.parser.push(chunk));
  }

  /** Some servers close the connection in place of `[DONE]`; before all choices are finished that is a cut. */
  end(): void {
    if (this.read(this.parser.end())) return;
    if (this.finishedChoices < this.asked.choices)
      throw new InvalidAnswer('the stream ended before the answer was complete');
    this.complete();
  }

  release(): void {
    this.pending = '';
  }

  /** Passes events on; true when the provider has said that there are no more. */
  private read(events: readonly StreamEvent[]): boolean {
    try {
      for (const event of events) {
        if (event.kind === 'comment') this.keepOpen();
        else if (this.isLast(this.adapter.readStreamEvent(event))) return true;
      }
    } catch (error) {
      // What came before the error belongs to the caller, unless the error can still be the whole answer.
      if (this.client.status !== null) this.flush();
      throw error;
    }
    this.flush();
    return false;
  }

  private isLast(part: StreamPart): boolean {
    if (part.kind === 'chunk') this.take(part);
    else this.complete();
    return part.kind === 'end';
  }

  /** A comment only shows that the line is still used. */
  private keepOpen(): void {
    if (this.begun) this.pending += ':\n\n';
  }

  private take(chunk: Chunk): void {
    const { generated } = this.answer;
    this.answer = {
      usage: chunk.usage ?? this.answer.usage,
      tier: chunk.tier ?? this.answer.tier,
      generated: { bytes: generated.bytes + chunk.generated.bytes, pieces: generated.pieces + chunk.generated.pieces },
    };
    this.finishedChoices += chunk.finishedChoices;
    const payload = this.asked.usageAsked ? this.withCost(chunk) : chunk.withoutUsage;
    if (payload !== null) this.pending += `data: ${payload}\n\n`;
    if (chunk.content) this.begun = true;
    else if (!this.begun && this.pending.length > MOST_HELD_BYTES) throw new InvalidAnswer('the stream does not begin');
  }

  /** The chunk with usage also says what the call cost, since a stream's headers are gone by then. */
  private withCost({ payload, usage }: Chunk): string {
    const cost = usage && this.cost(this.answer);
    const end = payload.lastIndexOf('}');
    return cost === null ? payload : `${payload.slice(0, end)},"cost_usd":"${formatUsd(cost)}"}`;
  }

  private flush(): void {
    if (!this.begun || this.pending === '') return;
    this.start();
    this.client.write(this.pending);
    this.pending = '';
  }

  private start(): void {
    if (this.client.status !== null) return;
    this.client.begin(200, { ...this.headers(this.provided), ...STREAM_HEADERS }, 'events');
  }

  private complete(): void {
    if (!this.begun) throw new InvalidAnswer('the stream has no answer');
    this.start();
    this.client.end(`${this.pending}data: [DONE]\n\n`);
    this.pending = '';
  }
}
