import type { IncomingHttpHeaders } from 'node:http';
import type { MicroUsd } from '@app/kernel';
import { type ChatAnswer, InvalidAnswer, type ProviderAdapter } from '@app/providers';

import type { AnswerReader } from './answer-reader.js';
import { costHeader } from './answer-headers.js';
import type { AnswerMemory } from './answer-memory.js';
import type { AnswerHeaders, ClientAnswer } from './client-answer.js';

/** Up to this size an answer is read before it is sent, so that its headers can tell what it cost. */
const MOST_READ_BYTES = 10_000_000;
/** Nothing a model writes is larger; a provider that goes on is cut off. */
const MOST_BYTES = 100_000_000;
/** Where the usage of a large answer stands. */
const TAIL_BYTES = 16_384;

/** An answer in one piece. */
export class WholeAnswer implements AnswerReader {
  answer: ChatAnswer = { usage: null, tier: null, generated: { bytes: 0, pieces: 0 } };
  private provided: IncomingHttpHeaders = {};
  private pieces: Buffer[] = [];
  private bytes = 0;
  private held = 0;
  private passing = false;

  constructor(
    private readonly adapter: ProviderAdapter,
    private readonly client: ClientAnswer,
    private readonly headers: (provided: IncomingHttpHeaders) => AnswerHeaders,
    private readonly cost: (answer: ChatAnswer) => MicroUsd | null,
    private readonly memory: AnswerMemory,
  ) {}

  begin(headers: IncomingHttpHeaders): void {
    refuseEncoded(headers);
    this.provided = headers;
  }

  push(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.bytes > MOST_BYTES) throw new InvalidAnswer(`the answer is larger than ${MOST_BYTES} bytes`);
    if (this.passing) return this.pass(chunk);
    this.hold(chunk);
    if (this.bytes > MOST_READ_BYTES || this.memory.full) this.startPassing();
    return false;
  }

  end(): void {
    if (this.passing) {
      this.answer = { ...this.answer, usage: this.adapter.readUsageAtEnd(this.tail()) };
      return this.client.end();
    }
    const body = Buffer.concat(this.pieces);
    this.release();
    this.answer = this.adapter.readChatAnswer(body.toString('utf8'));
    this.client.begin(
      200,
      { ...this.beginning(), ...costHeader(this.cost(this.answer)), 'content-length': body.length },
      'whole',
    );
    this.client.end(body);
  }

  release(): void {
    this.memory.giveBack(this.held);
    this.held = 0;
    this.pieces = [];
  }

  private hold(chunk: Buffer): void {
    this.pieces.push(chunk);
    this.held += chunk.length;
    this.memory.take(chunk.length);
  }

  private startPassing(): void {
    this.passing = true;
    this.client.begin(200, this.beginning(), 'whole');
    const { pieces } = this;
    this.release();
    for (const piece of pieces) this.pass(piece);
  }

  private pass(chunk: Buffer): false {
    this.client.write(chunk);
    this.answer = {
      ...this.answer,
      generated: { bytes: this.answer.generated.bytes + chunk.length, pieces: 1 },
    };
    this.pieces = [Buffer.concat([...this.pieces, chunk]).subarray(-TAIL_BYTES)];
    return false;
  }

  private tail(): string {
    return Buffer.concat(this.pieces).toString('utf8');
  }

  private beginning(): AnswerHeaders {
    return { ...this.headers(this.provided), 'content-type': 'application/json; charset=utf-8' };
  }
}

/** We ask for plain bytes; packed ones could be neither read nor priced. */
export const refuseEncoded = (headers: IncomingHttpHeaders): void => {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') throw new InvalidAnswer('the answer is compressed');
};
