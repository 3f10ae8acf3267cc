import { Injectable } from '@nestjs/common';
import type { MicroUsd } from '@app/kernel';
import { Log } from '@app/platform';
import { type ChatAnswer, costOf } from '@app/providers';

import { Admission, type Usage } from '../admission/admission.js';
import type { AdmittedCall } from './admit-call.js';
import { estimateUsage } from './estimate-usage.js';
import type { ExchangeEnd } from './provider-exchange.js';

/** Monotonic milliseconds, as `performance.now()` gives them. */
export interface CallTimes {
  readonly startedAt: number;
  readonly endedAt: number;
}

const NOTHING: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0, source: 'provider' };

type PricedCall = Pick<AdmittedCall, 'chat' | 'target' | 'bound'>;

/**
 * What a call used: as its provider says, else counted by us. Our count is a guess and stays within the limit the
 * provider was sent: only a provider can say that it went beyond.
 */
const usageOf = ({ chat, bound }: PricedCall, answer: ChatAnswer | null): Usage => {
  if (answer === null) return NOTHING;
  if (answer.usage !== null) return { ...answer.usage, source: 'provider' };
  const limit = chat.outputLimit ?? bound.outputLimit;
  const estimate = estimateUsage(chat, answer.generated);
  const output = limit === null ? estimate.output : Math.min(estimate.output, limit * chat.choices);
  return { ...estimate, output, source: 'estimated' };
};

/** At the provider's price; `null` when nobody knows the price. What we counted costs no more than was held for it. */
const costOfUsage = ({ chat, target, bound }: PricedCall, usage: Usage, answer: ChatAnswer | null): MicroUsd | null => {
  if (target.price === null) return null;
  const cost = costOf(target.price.tariffs, answer?.tier ?? chat.tier, usage);
  if (cost === null || bound.maxCost === null || usage.source === 'provider') return cost;
  return cost > bound.maxCost ? bound.maxCost : cost;
};

/** What an answer costs. */
export const costOfAnswer = (call: PricedCall, answer: ChatAnswer): MicroUsd | null =>
  costOfUsage(call, usageOf(call, answer), answer);

/** Books what became of an admitted call. */
@Injectable()
export class SettleCall {
  constructor(
    private readonly admission: Admission,
    private readonly log: Log,
  ) {}

  /** Resolves when it is booked. The answer to the caller does not wait for it. */
  async settle(call: AdmittedCall, end: ExchangeEnd, httpStatus: number | null, times: CallTimes): Promise<void> {
    const { requestId, key } = call;
    const usage = usageOf(call, end.answer);
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
        cost: costOfUsage(call, usage, end.answer),
        latencyMs: Math.round(times.endedAt - times.startedAt),
        ttftMs: firstByteAt === null ? null : Math.round(firstByteAt - times.startedAt),
      });
    } catch (error) {
      // The call stays open in the database and is expired at what it holds.
      this.log.error('A call was not settled', { requestId, organizationId: key.organizationId }, error);
    }
  }
}
