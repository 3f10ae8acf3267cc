import { costOf, mostCost, type Tariff, tariffOf } from './pricing.js';

const tariff = (rates: Partial<Tariff> = {}): Tariff => ({
  tier: 'default',
  aboveInputTokens: 0,
  input: 2_500_000,
  cacheRead: 1_250_000,
  cacheWrite: 2_500_000,
  output: 10_000_000,
  ...rates,
});
const TARIFFS = [
  tariff(),
  tariff({ aboveInputTokens: 272_000, input: 5_000_000, cacheRead: 2_500_000, output: 15_000_000 }),
  tariff({ tier: 'flex', input: 1_250_000, output: 5_000_000 }),
  tariff({ tier: 'fast', input: 5_000_000, output: 20_000_000 }),
];
const usage = (tokens: Partial<Parameters<typeof costOf>[2]> = {}) => ({
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  ...tokens,
});

describe('pricing', () => {
  it('prices each class of tokens at its own rate and reasoning only once, as output', () => {
    const tokens = usage({
      input: 1_000_000,
      cacheRead: 1_000_000,
      cacheWrite: 1_000_000,
      output: 1_000_000,
      reasoning: 900_000,
    });
    expect(costOf([tariff()], null, tokens)).toBe(16_250_000n);
  });

  it('rounds the whole call up once, never a part of it', () => {
    expect(costOf(TARIFFS, null, usage({ input: 1 }))).toBe(3n);
    expect(costOf(TARIFFS, null, usage({ input: 1, cacheRead: 2 }))).toBe(5n);
    expect(costOf(TARIFFS, null, usage({ input: 2 }))).toBe(5n);
    expect(costOf(TARIFFS, null, usage())).toBe(0n);
  });

  it('stays exact where floating point does not', () => {
    const cost = costOf([tariff({ input: 3 })], null, usage({ input: 2_000_000_000, output: 2_000_000_000 }));
    expect(cost).toBe(20_000_006_000n);
  });

  it('takes the tariff of long prompts for the whole call', () => {
    expect(costOf(TARIFFS, null, usage({ input: 272_000 }))).toBe(680_000n);
    expect(costOf(TARIFFS, null, usage({ input: 272_000, cacheRead: 1 }))).toBe(1_360_003n);
  });

  it('knows the names of the tiers and prices an unlisted one at the dearest', () => {
    const cost = (tier: string | null) => costOf(TARIFFS, tier, usage({ output: 1_000_000 }));
    expect(['auto', 'default', 'flex', 'fast', 'priority'].map(cost)).toEqual([
      10_000_000n,
      10_000_000n,
      5_000_000n,
      20_000_000n,
      20_000_000n,
    ]);
    expect(cost('ultrafast')).toBe(20_000_000n);
    expect(costOf([], null, usage())).toBeNull();
  });

  it('has no tariff for a tier that long prompts are not offered in', () => {
    expect(tariffOf(TARIFFS, 'flex', 272_000)).not.toBeNull();
    expect(tariffOf(TARIFFS, 'flex', 272_001)).toBeNull();
    expect(mostCost(TARIFFS, 'ultrafast', { input: 1, output: 1 })).toBeNull();
  });

  it('bounds every division of the same tokens, whatever class they turn out to be', () => {
    const bound = mostCost([tariff({ cacheWrite: 3_125_000 })], null, { input: 1_001, output: 77 }) ?? 0n;
    for (const [cacheRead, cacheWrite] of [
      [0, 0],
      [1_001, 0],
      [0, 1_001],
      [500, 501],
      [333, 333],
    ] as const) {
      const tokens = usage({ input: 1_001 - cacheRead - cacheWrite, cacheRead, cacheWrite, output: 77, reasoning: 50 });
      expect(costOf([tariff({ cacheWrite: 3_125_000 })], null, tokens)).toBeLessThanOrEqual(bound);
    }
  });
});
