import { Injectable } from '@nestjs/common';
import type { RecognizedKey } from '@app/api-keys';
import { DomainError, formatUsd, type RequestId, unreachable } from '@app/kernel';

import { Admission, type RateState, type Verdict } from '../admission/admission.js';
import { boundCost, type CostBound } from './bound-cost.js';
import { tokenCounter } from './count-tokens.js';
import type { ProjectConfiguration } from './project-configuration.js';
import { ProjectConfigurations } from './project-configurations.js';
import type { ChatRequest } from './read-chat-request.js';
import { type ResolvedModel, resolveModel } from './resolve-model.js';

/** A call that wants to be admitted. */
export interface CallAttempt {
  readonly requestId: RequestId;
  readonly key: RecognizedKey;
  readonly chat: ChatRequest;
  readonly metadata: string | null;
  /** The header `x-sandbox`, which only the sandbox gets to see. */
  readonly sandboxOrders: string | null;
}

/** What an admitted call is carried out with. */
export interface AdmittedCall extends CallAttempt {
  readonly target: ResolvedModel;
  readonly bound: CostBound;
  readonly rate: RateState;
}

interface Plan {
  readonly configuration: ProjectConfiguration;
  readonly target: ResolvedModel;
  readonly bound: CostBound;
}

/** Reloads of a configuration that changes faster than it can be read. */
const MOST_RELOADS = 3;

const refusalOf = (verdict: Extract<Verdict, { status: 'refused' }>): DomainError => {
  switch (verdict.reason) {
    case 'key':
      return new DomainError('INVALID_API_KEY');
    case 'rate':
      return new DomainError('RATE_LIMIT_EXCEEDED', undefined, {
        ...verdict.rate,
        retryAfter: Math.max(1, Math.ceil((verdict.rate.resetAt - Date.now()) / 1_000)),
      });
    case 'cap':
      return new DomainError('SPEND_CAP_REACHED', undefined, {
        spend: formatUsd(verdict.spend),
        cap: formatUsd(verdict.cap),
      });
    case 'unpriced':
      return new DomainError('UNPRICED_MODEL');
    default:
      return unreachable(verdict);
  }
};

const planWith = (configuration: ProjectConfiguration, chat: ChatRequest): Plan => {
  const target = resolveModel(configuration, chat.model);
  const count = tokenCounter(target.price?.encoding ?? null);
  return {
    configuration,
    target,
    bound: boundCost(chat, target.price, { capEnforced: configuration.capEnforced, count }),
  };
};

/** Decides with the database whether a call may be made, under the configuration that holds at this moment. */
@Injectable()
export class AdmitCall {
  constructor(
    private readonly configurations: ProjectConfigurations,
    private readonly admission: Admission,
  ) {}

  /** Throws the refusal. `onRate` is told the state of the limit wherever one was read. */
  async admit(attempt: CallAttempt, onRate: (rate: RateState) => void): Promise<AdmittedCall> {
    let configuration = await this.configurations.last(attempt.key);
    for (let reloads = 0; reloads <= MOST_RELOADS; reloads += 1) {
      const plan = await this.plan(configuration, attempt);
      const verdict = await this.ask(plan, attempt);
      if (verdict.status === 'stale') {
        configuration = await this.configurations.newerThan(plan.configuration);
        continue;
      }
      if ('rate' in verdict) onRate(verdict.rate);
      if (verdict.status === 'refused') throw refusalOf(verdict);
      return { ...attempt, target: plan.target, bound: plan.bound, rate: verdict.rate };
    }
    throw new DomainError('SERVICE_UNAVAILABLE');
  }

  /** A refusal by rules that may be old is no refusal: it is repeated under the present ones. */
  private async plan(configuration: ProjectConfiguration, { key, chat }: CallAttempt): Promise<Plan> {
    try {
      return planWith(configuration, chat);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return planWith(await this.configurations.current(key, key.apiKeyId), chat);
    }
  }

  private ask(
    { configuration, target, bound }: Plan,
    { requestId, key, chat, metadata }: CallAttempt,
  ): Promise<Verdict> {
    return this.admission.admit({
      requestId,
      organizationId: key.organizationId,
      projectId: key.projectId,
      environment: key.environment,
      apiKeyId: key.apiKeyId,
      configVersion: configuration.version,
      provider: target.provider,
      model: target.model,
      credentialSource: target.connection === null ? 'none' : 'byok',
      maxCost: bound.maxCost,
      streamed: chat.streamed,
      metadata,
      priceVersion: target.price?.version ?? null,
    });
  }
}
