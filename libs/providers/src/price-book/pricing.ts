import type { MicroUsd } from '@app/kernel';

import type { TokenUsage } from '../adapters/provider-adapter.js';

/** Prices of one processing tier: micro-USD for one million tokens. */
export interface Tariff {
  readonly tier: 'default' | 'flex' | 'fast';
  /** Holds for whole calls with more input tokens than this, until the next higher one. */
  readonly aboveInputTokens: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

export type Tariffs = readonly Tariff[];

const TIERS = new Map<string, Tariff['tier']>([
  ['auto', 'default'],
  ['default', 'default'],
  ['standard', 'default'],
  ['flex', 'flex'],
  ['fast', 'fast'],
  // OpenAI renamed its priority processing; both names mean the same prices.
  ['priority', 'fast'],
]);

const PER_MILLION = 1_000_000n;

/** The tariff of a call, `null` when the price book has none for it. No tier asked for is the default one. */
export const tariffOf = (tariffs: Tariffs, tier: string | null, inputTokens: number): Tariff | null => {
  const threshold = tariffs
    .filter((tariff) => tariff.tier === 'default' && tariff.aboveInputTokens < Math.max(inputTokens, 1))
    .reduce((highest, tariff) => Math.max(highest, tariff.aboveInputTokens), 0);
  const name = tier === null ? 'default' : TIERS.get(tier);
  return tariffs.find((tariff) => tariff.tier === name && tariff.aboveInputTokens === threshold) ?? null;
};

const dearest = (tariffs: Tariffs): Tariff | null =>
  tariffs.reduce<Tariff | null>((most, tariff) => (most && most.output >= tariff.output ? most : tariff), null);

const inputOf = (usage: TokenUsage): number => usage.input + usage.cacheRead + usage.cacheWrite;

/** Exact products are added first and the sum is rounded up once, so a call is never booked below its price. */
const priceOf = (tariff: Tariff, usage: TokenUsage): MicroUsd => {
  const exact =
    BigInt(usage.input) * BigInt(tariff.input) +
    BigInt(usage.cacheRead) * BigInt(tariff.cacheRead) +
    BigInt(usage.cacheWrite) * BigInt(tariff.cacheWrite) +
    BigInt(usage.output) * BigInt(tariff.output);
  return (exact + PER_MILLION - 1n) / PER_MILLION;
};

/**
 * What a call cost at the provider's price; `null` without any tariff. A tier that is not listed is priced at the
 * dearest one, because an unknown price must not read as a low one.
 */
export const costOf = (tariffs: Tariffs, tier: string | null, usage: TokenUsage): MicroUsd | null => {
  const tariff = tariffOf(tariffs, tier, inputOf(usage)) ?? dearest(tariffs);
  return tariff && priceOf(tariff, usage);
};

/** The most a call can cost when it has at most so many tokens; `null` when the price book has no tariff for it. */
export const mostCost = (
  tariffs: Tariffs,
  tier: string | null,
  tokens: { readonly input: number; readonly output: number },
): MicroUsd | null => {
  const tariff = tariffOf(tariffs, tier, tokens.input);
  if (tariff === null) return null;
  const input = Math.max(tariff.input, tariff.cacheRead, tariff.cacheWrite);
  return priceOf({ ...tariff, input }, { ...tokens, cacheRead: 0, cacheWrite: 0, reasoning: 0 });
};
