import book from './price-book.json';
import { pricedModels, priceOfModel, priceOfOwnModel } from './price-book.js';

describe('price book', () => {
  it('names the source and the day of every price', () => {
    for (const { source } of book.models) {
      const { retrieved, note } = book.sources[source as keyof typeof book.sources];
      expect(retrieved).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(note).not.toBe('');
    }
  });

  it('has whole, positive micro-USD, a default tariff from the first token, and dearer ones for longer prompts', () => {
    for (const { id, tariffs } of [...pricedModels('openai'), ...pricedModels('sandbox')]) {
      const defaults = tariffs.filter(({ tier }) => tier === 'default');
      expect({ id, from: defaults[0]?.aboveInputTokens }).toEqual({ id, from: 0 });
      for (const { input, cacheRead, cacheWrite, output } of tariffs) {
        for (const rate of [input, cacheRead, cacheWrite, output]) {
          expect(Number.isSafeInteger(rate) && rate > 0).toBe(true);
        }
      }
      const dearer = defaults.every((long, i) => {
        const short = defaults[i - 1];
        return short === undefined || (long.input > short.input && long.output > short.output);
      });
      expect({ id, dearer }).toEqual({ id, dearer: true });
    }
  });

  it('finds a model by its name or its dated name, and no other one', () => {
    expect(priceOfModel('openai', 'gpt-4o-2024-11-20')?.id).toBe('gpt-4o');
    expect(priceOfModel('openai', 'gpt-4o')?.tariffs[0]).toMatchObject({ input: 2_500_000, output: 10_000_000 });
    for (const name of ['gpt-4o-2024-05-13', 'GPT-4o', 'gpt-4o ', '', 'toString']) {
      expect(priceOfModel('openai', name)).toBeNull();
    }
    expect(priceOfModel('elsewhere', 'gpt-4o')).toBeNull();
  });

  it('holds the prices an owner entered for every tier', () => {
    const own = { id: 'mine', inputMicroUsdPerMillion: '150000', outputMicroUsdPerMillion: '600000' };
    const { version, tariffs, maxOutputTokens } = priceOfOwnModel('acme', own);
    expect({ version, maxOutputTokens, tiers: tariffs.length }).toEqual({
      version: 'own',
      maxOutputTokens: null,
      tiers: 3,
    });
    expect(new Set(tariffs.map(({ input, cacheRead, output }) => `${input} ${cacheRead} ${output}`)).size).toBe(1);
  });
});
