import type { ApiKeyId, RequestId } from '@app/kernel';

export const REQUEST_STATUSES = ['admitted', 'completed', 'failed', 'blocked', 'canceled', 'expired'] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

export const ENVIRONMENTS = ['production', 'test'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** A call as the list shows it, with everything that was booked for it later. */
export interface RequestView {
  readonly id: RequestId;
  readonly status: RequestStatus;
  readonly environment: Environment;
  readonly provider: string | null;
  readonly model: string | null;
  readonly credentialSource: string | null;
  readonly keyId: ApiKeyId | null;
  readonly streamed: boolean | null;
  readonly inputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly usageSource: string | null;
  readonly costUsd: string | null;
  readonly chargeUsd: string | null;
  readonly latencyMs: number | null;
  readonly ttftMs: number | null;
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
  readonly createdAt: string;
}

/** One call with what only its own page shows. */
export interface RequestDetailView extends RequestView {
  readonly finishedAt: string | null;
  readonly maxCostUsd: string | null;
  readonly overrun: boolean;
  readonly corrected: boolean;
  readonly priceVersion: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
}
