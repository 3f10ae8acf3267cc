import { Injectable } from '@nestjs/common';
import type { MicroUsd } from '@app/kernel';
import { Log } from '@app/platform';
import { type ChatAnswer, costOf } from '@app/providers';

import { Admission, type Usage } from '../admission/admission.js';
import type { AdmittedCall } from './admit-call.js';
import { estimateUsage } from './estimate-usage.js';
import type { ExchangeEnd } from './provider-exchange.js';
import type { ChatRequest } from './read-chat-request.js';
import type { ResolvedModel } from './resolve-model.js';

/** Monotonic milliseconds, as `performance.now()` gives them. */
export interface CallTimes {
  readonly startedAt: number;
  readonly endedAt: number;
}

const NOTHING: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0, source: 'provider' };

/** What a call used: as its provider says, else counted by us. */
export const usageOf = (chat: ChatRequest, answer: ChatAnswer | null): Usage => {
  if (answer === null) return NOTHING;
  if (answer.usage !== null) return { ...answer.usage, source: 'provider' };
  return { ...estimateUsage(chat, answer.generated), source: 'estimated' };
};

/** What a call cost at the provider's price; `null` when nobody knows the price. */
export const costAt = ({ price }: ResolvedModel, usage: Usage, tier: string | null): MicroUsd | null =>
  price && costOf(price.tariffs, tier, usage);

/** Books what became of an admitted call. */
@Injectable()
export class SettleCall {
  constructor(
    private readonly admission: Admission,
    private readonly log: Log,
  ) {}

  /** Resolves when it is booked. The answer to the caller does not wait for it. */
  async settle(call: AdmittedCall, end: ExchangeEnd, httpStatus: number | null, times: CallTimes): Promise<void> {
    const { requestId, key, chat, target } = call;
    const usage = usageOf(chat, end.answer);
    const { firstByteAt } = end;
    if (end.fault !== undefined) this.log.error('A call failed in the gateway', { requestId }, end.fault);
    try {
      await this.admission.settle({
        requestId,
        organizationId: key.organizationId,
        projectId: key.projectId,
        environment: key.environment,
        status: end.status,
        httpStatus,
        errorCode: end.errorCode,
        usage,
        cost: costAt(target, usage, end.answer?.tier ?? chat.tier),
        latencyMs: Math.round(times.endedAt - times.startedAt),
        ttftMs: firstByteAt === null ? null : Math.round(firstByteAt - times.startedAt),
      });
    } catch (error) {
      // The call stays open in the database and is expired at what it holds.
      this.log.error('A call was not settled', { requestId, organizationId: key.organizationId }, error);
    }
  }
}
