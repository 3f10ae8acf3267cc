import type { ApiKeyId, MicroUsd, OrganizationId, ProjectId, RequestId } from '@app/kernel';

export type CallEnvironment = 'production' | 'test';

/** A call that has passed everything a node can judge by itself and now asks the database. */
export interface CallToAdmit {
  readonly requestId: RequestId;
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  readonly environment: CallEnvironment;
  readonly apiKeyId: ApiKeyId;
  /** Version of the compiled configuration the call was judged with. */
  readonly configVersion: number;
  readonly provider: string;
  readonly model: string;
  readonly credentialSource: 'byok' | 'managed' | 'none';
  /** Upper bound of the cost; `null` when no bound is known, which an enforced cap refuses. */
  readonly maxCost: MicroUsd | null;
  readonly streamed: boolean;
  /** `x-cencori-metadata`, canonical JSON of at most 16 short strings; `null` without. */
  readonly metadata: string | null;
  /** Version of the price book that priced the bound. */
  readonly priceVersion: string | null;
}

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Unix milliseconds at which the oldest counted second leaves the window. */
  readonly resetAt: number;
}

export type Verdict =
  | { readonly status: 'admitted'; readonly admittedAt: string; readonly rate: RateState }
  /** The configuration changed: reload and ask again. */
  | { readonly status: 'stale' }
  /** Unknown, revoked or expired key, or a deleted project: all the same to the caller. */
  | { readonly status: 'refused'; readonly reason: 'key' }
  | { readonly status: 'refused'; readonly reason: 'rate'; readonly rate: RateState }
  | { readonly status: 'refused'; readonly reason: 'cap'; readonly spend: MicroUsd; readonly cap: MicroUsd }
  /** An enforced cap and no known bound of the cost. */
  | { readonly status: 'refused'; readonly reason: 'unpriced' };

/** Disjoint classes of tokens, whatever the provider calls them. */
export interface Usage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** Part of `output`. */
  readonly reasoning: number;
  readonly source: 'provider' | 'estimated';
}

export interface CallOutcome {
  readonly requestId: RequestId;
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  readonly environment: CallEnvironment;
  readonly status: 'completed' | 'failed' | 'canceled';
  /** Status the client got; `null` when it was gone before one was sent. */
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
  readonly usage: Usage;
  /** Micro-USD at the provider's price; `null` when no price is known. */
  readonly cost: MicroUsd | null;
  /** From the first byte of the request to the end of the answer. */
  readonly latencyMs: number;
  /** From the first byte of the request to the first byte of the provider's answer. */
  readonly ttftMs: number | null;
}

/**
 * The door between the call path and the database. Calls that arrive while a group is in flight form the next group,
 * so one round trip and one commit serve many calls.
 */
export abstract class Admission {
  /** Rejects with SERVICE_UNAVAILABLE when the database does not answer; the provider is then not called. */
  abstract admit(call: CallToAdmit): Promise<Verdict>;
  /** Books the outcome once. Resolves when it is durable; retried until it is, or until the node is declared dead. */
  abstract settle(outcome: CallOutcome): Promise<void>;
}
