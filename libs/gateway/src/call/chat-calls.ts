import { Injectable } from '@nestjs/common';
import type { RecognizedKey } from '@app/api-keys';
import { DomainError, isId, type RequestId } from '@app/kernel';
import { DrainRegistry, newId } from '@app/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { AdmitCall, type AdmittedCall, type CallAttempt } from './admit-call.js';
import { CallAuthentication } from './authenticate.js';
import { CarryOutCall } from './carry-out-call.js';
import { ClientAnswer } from './client-answer.js';
import { Deadlines } from './deadlines.js';
import { readChatRequest } from './read-chat-request.js';
import { readMetadata } from './read-metadata.js';
import { SettleCall } from './settle-call.js';
import { showRate } from './show-rate.js';

/** The id of the request is the id of its record. */
const requestIdOf = ({ id }: FastifyRequest): RequestId => (isId('req', id) ? id : newId('req'));

const sandboxOrdersOf = ({ headers }: FastifyRequest): string | null => {
  const orders = headers['x-sandbox'];
  return typeof orders === 'string' ? orders : null;
};

/** The path of a chat completion through the gateway, step by step. */
@Injectable()
export class ChatCalls {
  constructor(
    private readonly authentication: CallAuthentication,
    private readonly admission: AdmitCall,
    private readonly calls: CarryOutCall,
    private readonly settlement: SettleCall,
    private readonly drains: DrainRegistry,
    private readonly deadlines: Deadlines,
  ) {}

  /** Throws what refuses the call before a provider is asked; from then on it writes the answer by itself. */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const startedAt = performance.now() - reply.elapsedTime;
    const key = await this.authentication.authenticate(request);
    const asked = await this.read(request, key);
    const call = await this.admission.admit(
      { requestId: requestIdOf(request), key, ...asked, sandboxOrders: sandboxOrdersOf(request) },
      (rate) => showRate(reply, rate),
    );
    reply.hijack();
    this.carryOut(call, this.clientOf(request, reply, call), startedAt);
  }

  private async read(request: FastifyRequest, key: RecognizedKey): Promise<Pick<CallAttempt, 'chat' | 'metadata'>> {
    try {
      return { chat: readChatRequest(request.body), metadata: readMetadata(request.headers) };
    } catch (error) {
      await this.authentication.confirm(key);
      throw error;
    }
  }

  private clientOf({ errorFamily }: FastifyRequest, { raw }: FastifyReply, { requestId }: AdmittedCall): ClientAnswer {
    return new ClientAnswer(raw, errorFamily, requestId, this.deadlines.stalledMs);
  }

  private carryOut(call: AdmittedCall, client: ClientAnswer, startedAt: number): void {
    const exchange = this.calls.start(call, client);
    const settled = exchange.end.then((end) =>
      this.settlement.settle(call, end, client.status, { startedAt, endedAt: performance.now() }),
    );
    const leave = this.drains.register({
      end: () => {
        exchange.break(new DomainError('SERVICE_UNAVAILABLE', 'This server is being stopped'));
        return settled;
      },
    });
    void settled.finally(leave);
  }
}
