import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { OutboundError, OutboundHttp, parseOutboundUrl, type Secret } from '@app/platform';
import { adapterOf, type ChatAnswer, type ProviderRequest, Sandbox, urlOf } from '@app/providers';
import type { Dispatcher } from 'undici';

import type { AdmittedCall } from './admit-call.js';
import { answerHeaders } from './answer-headers.js';
import { AnswerMemory } from './answer-memory.js';
import type { AnswerReader } from './answer-reader.js';
import type { ClientAnswer } from './client-answer.js';
import { Deadlines } from './deadlines.js';
import { ProviderExchange } from './provider-exchange.js';
import { costOfAnswer } from './settle-call.js';
import { StreamedAnswer } from './streamed-answer.js';
import { WholeAnswer } from './whole-answer.js';

/** Where a provider is and how it is reached. */
interface Route {
  readonly baseUrl: string;
  readonly credential: Secret | null;
  readonly dispatcher: () => Promise<Dispatcher>;
}

/** Asks the provider of an admitted call. */
@Injectable()
export class CarryOutCall {
  private readonly memory = new AnswerMemory();

  constructor(
    private readonly outbound: OutboundHttp,
    private readonly sandbox: Sandbox,
    private readonly deadlines: Deadlines,
  ) {}

  /** The exchange that has begun; it never throws, whatever happens ends it. */
  start(call: AdmittedCall, client: ClientAnswer): ProviderExchange {
    const { target, chat, bound } = call;
    const adapter = adapterOf(target.connection?.format ?? 'openai');
    const route = this.routeOf(call);
    const exchange = new ProviderExchange(
      {
        provider: target.provider,
        credential: route?.credential ?? null,
        adapter,
        client,
        reader: readerOf(call, client, this.memory),
      },
      this.deadlines.totalMs,
    );
    const ask = async (): Promise<void> => {
      if (route === null) throw new OutboundError('unreachable');
      const request = adapter.chatRequest(
        { body: chat.body, model: target.model, streamed: chat.streamed, outputLimit: bound.outputLimit },
        route.credential,
      );
      await this.send(call, route, request, exchange);
    };
    ask().catch((error: unknown) => exchange.failToAsk(error));
    return exchange;
  }

  /** `null` when the sandbox has been stopped since the call was judged. */
  private routeOf({ target, key }: AdmittedCall): Route | null {
    if (target.connection === null) {
      const running = this.sandbox.target;
      return running && { ...running, dispatcher: () => Promise.resolve(running.dispatcher) };
    }
    const { baseUrl, credential } = target.connection;
    const { organizationId } = key;
    const use = 'providers';
    return {
      baseUrl,
      credential,
      dispatcher: () => this.outbound.dispatcherFor({ organizationId, use, url: baseUrl }),
    };
  }

  private async send(
    { target, chat, sandboxOrders }: AdmittedCall,
    route: Route,
    request: ProviderRequest,
    exchange: ProviderExchange,
  ): Promise<void> {
    const { origin, path } = parseOutboundUrl(urlOf(route.baseUrl, request.path));
    const dispatcher = await route.dispatcher();
    const orders = target.connection === null && sandboxOrders !== null ? { 'x-sandbox': sandboxOrders } : {};
    dispatcher.dispatch(
      {
        origin,
        path,
        method: request.method,
        headers: { ...request.headers, 'user-agent': 'ai-gateway', ...orders },
        body: request.body,
        headersTimeout: chat.streamed ? this.deadlines.streamedHeadersMs : this.deadlines.wholeHeadersMs,
        bodyTimeout: this.deadlines.idleMs,
      },
      exchange,
    );
  }
}

const readerOf = (call: AdmittedCall, client: ClientAnswer, memory: AnswerMemory): AnswerReader => {
  const { target, chat, requestId } = call;
  const adapter = adapterOf(target.connection?.format ?? 'openai');
  const headers = (provided: IncomingHttpHeaders) => answerHeaders(target, requestId, provided);
  const cost = (answer: ChatAnswer) => costOfAnswer(call, answer);
  return chat.streamed
    ? new StreamedAnswer(adapter, client, chat, headers, cost)
    : new WholeAnswer(adapter, client, headers, cost, memory);
};
