import type { IncomingHttpHeaders } from 'node:http';
import { DomainError, type ErrorCode } from '@app/kernel';
import { OutboundError, type Secret } from '@app/platform';
import { type ChatAnswer, type ProviderAdapter, type ProviderFailure, providerTimeout } from '@app/providers';
import type { Dispatcher } from 'undici';

import type { AnswerReader } from './answer-reader.js';
import { domainErrorOf, failureOfAnswer, failureOfConnection, isUnsendable } from './call-errors.js';
import type { ClientAnswer } from './client-answer.js';

/** What became of a call. */
export interface ExchangeEnd {
  readonly status: 'completed' | 'failed' | 'canceled';
  readonly errorCode: ErrorCode | null;
  /** What the provider wrote; `null` when it did no work: it was not reached, or it refused. */
  readonly answer: ChatAnswer | null;
  /** Monotonic time of the first byte of the provider's answer. */
  readonly firstByteAt: number | null;
  /** An error of ours that ended the call, for the log. */
  readonly fault?: unknown;
}

export interface ExchangeParties {
  readonly provider: string;
  readonly credential: Secret | null;
  readonly adapter: ProviderAdapter;
  readonly client: ClientAnswer;
  readonly reader: AnswerReader;
}

/** Of a refusal only the beginning is read: its message stands there. */
const MOST_REFUSAL_BYTES = 65_536;

/**
 * One request to a provider. Whatever happens first ends it, once: the answer is complete, the provider fails, the
 * caller goes away, time is up, this process stops.
 */
export class ProviderExchange implements Dispatcher.DispatchHandler {
  readonly end: Promise<ExchangeEnd>;
  private resolve: (end: ExchangeEnd) => void = () => undefined;
  private controller: Dispatcher.DispatchController | null = null;
  private over = false;
  private refused: { readonly status: number; readonly headers: IncomingHttpHeaders } | null = null;
  private readonly refusal: Buffer[] = [];
  private refusalBytes = 0;
  private firstByteAt: number | null = null;
  private fault: unknown = undefined;
  private readonly limit: NodeJS.Timeout;

  constructor(
    private readonly parties: ExchangeParties,
    totalMs: number,
  ) {
    this.end = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.limit = setTimeout(
      () => this.fail(providerTimeout('The provider took too long for the whole answer')),
      totalMs,
    );
    parties.client.onDrain(() => this.controller?.resume());
    parties.client.onGone(() => this.finish('canceled', null));
    if (parties.client.gone) this.finish('canceled', null);
  }

  /** Ends the call with an error of ours, as a stop of the process does. */
  break(error: DomainError): void {
    if (this.over) return;
    this.parties.client.fail(error);
    this.finish('failed', error.code);
  }

  /** Ends the call because the provider could not be asked. */
  failToAsk(error: unknown): void {
    if (error instanceof OutboundError || isUnsendable(error)) this.fail(failureOfConnection(error));
    else this.breakByFault(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.over) controller.abort(new Error('The call is over'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.over || status < 200) return;
    this.guard(() => {
      if (status === 200) this.parties.reader.begin(headers);
      else this.refused = { status, headers };
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // More bytes behind a complete answer: nobody wants to wait for their end.
    if (this.over) return controller.abort(new Error('The call is over'));
    this.firstByteAt ??= performance.now();
    if (this.refused) return this.collect(chunk);
    this.guard(() => {
      if (this.parties.reader.push(chunk)) this.finish('completed', null);
      else if (this.parties.client.full) controller.pause();
    });
  }

  onResponseEnd(): void {
    if (this.over) return;
    if (this.refused) return this.refuse();
    this.guard(() => {
      this.parties.reader.end();
      this.finish('completed', null);
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.over) this.fail(failureOfConnection(error));
  }

  private collect(chunk: Buffer): void {
    this.refusal.push(chunk);
    this.refusalBytes += chunk.length;
    if (this.refusalBytes >= MOST_REFUSAL_BYTES) this.refuse();
  }

  private refuse(): void {
    const { status, headers } = this.refused ?? { status: 0, headers: {} };
    const body = Buffer.concat(this.refusal).subarray(0, MOST_REFUSAL_BYTES).toString('utf8');
    this.fail(this.parties.adapter.readRefusal({ status, headers, body }));
  }

  private guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      const failure = failureOfAnswer(error);
      if (failure === null) this.breakByFault(error);
      else this.fail(failure);
    }
  }

  /** An error of ours; the log gets to see it when the call is settled. */
  private breakByFault(error: unknown): void {
    this.fault = error;
    this.break(new DomainError('INTERNAL_ERROR'));
  }

  private fail(failure: ProviderFailure): void {
    if (this.over) return;
    const { client, provider, credential } = this.parties;
    const error = domainErrorOf(failure, provider, credential);
    client.fail(error);
    this.finish('failed', error.code);
  }

  private finish(status: ExchangeEnd['status'], errorCode: ErrorCode | null): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.limit);
    if (status !== 'completed') this.controller?.abort(new Error('The call is over'));
    // A controller exists from the moment the request is being sent.
    const worked = this.controller !== null && this.refused === null;
    const answer = worked ? this.parties.reader.answer : null;
    this.parties.reader.release();
    this.resolve({ status, errorCode, answer, firstByteAt: this.firstByteAt, fault: this.fault });
  }
}
