import type { MicroUsd } from '@app/kernel';

/** Ceiling of what production calls may cost in one calendar month (UTC). */
export interface SpendCap {
  readonly monthlyMicroUsd: MicroUsd;
  /** Refuse calls that could pass the cap; without it the cap only informs. */
  readonly enforce: boolean;
}

export interface ProjectSettings {
  /** Provider of calls that name none. */
  readonly defaultProvider: string | null;
  /** Model of calls that name none. */
  readonly defaultModel: string | null;
  readonly requestsPerMinute: number;
  /** Of test keys; the lower of this and `requestsPerMinute` holds. */
  readonly testRequestsPerMinute: number;
  readonly spendCap: SpendCap | null;
}

export type ProjectLimits = Pick<ProjectSettings, 'requestsPerMinute' | 'testRequestsPerMinute'>;

/** Limits of projects that are created from now on; the ones of existing projects stand in their events. */
export const INITIAL_LIMITS: ProjectLimits = { requestsPerMinute: 60, testRequestsPerMinute: 20 };

/** A billion dollars: far above any cap that means something, far below what a 64-bit count of micro-USD can hold. */
export const MAX_MONTHLY_MICRO_USD: MicroUsd = 1_000_000_000n * 1_000_000n;
