import { type ModelPrice, priceOfModel, priceOfOwnModel } from '@app/providers';

import { boundCost, type TokenCount } from './bound-cost.js';
import { loadTokenizer, tokenCounter } from './count-tokens.js';
import { readChatRequest } from './read-chat-request.js';

const priceOf = (model: string): ModelPrice => {
  const price = priceOfModel('openai', model);
  if (price === null) throw new TypeError(`no price for ${model}`);
  return price;
};
/** One micro-USD for every token of either kind, so that a bound reads as a number of tokens. */
const OWN = priceOfOwnModel('acme', {
  id: 'm',
  inputMicroUsdPerMillion: '1000000',
  outputMicroUsdPerMillion: '1000000',
});
const GPT_4O = priceOf('gpt-4o');

const request = (members: object = {}) =>
  readChatRequest(
    Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(1_000) }], ...members })),
  );
const bound = (
  members: object = {},
  price: ModelPrice | null = OWN,
  capEnforced = false,
  count: TokenCount = () => null,
) => boundCost(request(members), price, { capEnforced, count });
const parts = (...content: object[]) => ({ messages: [{ role: 'user', content }], max_tokens: 1 });

describe('bound of the cost', () => {
  it('is at least one token for every byte of the body, and the output limit for every choice', () => {
    const { maxCost } = bound({ max_tokens: 100, n: 3 });
    expect(maxCost).toBe(BigInt(request({ max_tokens: 100, n: 3 }).bytes + 256 + 300));
  });

  it('is not known without a price, without any limit of the output, or for what has another price', () => {
    expect(bound({ max_tokens: 1 }, null).maxCost).toBeNull();
    expect(bound({}).maxCost).toBeNull();
    for (const members of [
      { web_search_options: {} },
      { audio: { voice: 'alloy' } },
      { modalities: ['text', 'audio'] },
      { tools: [{ type: 'web_search' }] },
      { plugins: [{ id: 'web' }] },
      { service_tier: 'ultrafast' },
      parts({ type: 'input_audio', input_audio: {} }),
      { messages: [{ role: 'assistant', audio: { id: 'a' } }] },
    ]) {
      expect({ members, bound: bound({ max_tokens: 1, ...members }).maxCost }).toEqual({ members, bound: null });
    }
    expect(bound({ max_tokens: 1, prompt_cache_retention: '24h' }, priceOf('gpt-6-luna')).maxCost).toBeNull();
  });

  it('is known for functions, text modality and members that are null', () => {
    const members = {
      max_tokens: 1,
      tools: [{ type: 'function', function: { name: 'f' } }],
      modalities: ['text'],
      audio: null,
    };
    expect(bound(members).maxCost).not.toBeNull();
  });

  it('sends the model’s own ceiling where a cap is enforced and the caller set no limit', () => {
    expect(bound({}, GPT_4O, true)).toMatchObject({ outputLimit: 16_384 });
    expect(bound({}, GPT_4O, false)).toMatchObject({ outputLimit: null });
    expect(bound({ max_tokens: 5 }, GPT_4O, true)).toMatchObject({ outputLimit: null });
    expect(bound({}, OWN, true)).toEqual({ maxCost: null, outputLimit: null });
    const told = bound({ max_tokens: 16_384 }, GPT_4O, true).maxCost ?? 0n;
    expect(told - (bound({}, GPT_4O, true).maxCost ?? 0n)).toBeLessThan(100n);
  });

  it('never exceeds the context window, which bounds files and images of unknown size too', () => {
    const window = (BigInt(128_000) * 2_500_000n) / 1_000_000n;
    const output = 10n;
    expect(bound({ messages: [{ role: 'user', content: 'x'.repeat(200_000) }], max_tokens: 1 }, GPT_4O).maxCost).toBe(
      window + output,
    );
    expect(bound(parts({ type: 'file', file: {} }), GPT_4O).maxCost).toBe(window + output);
    expect(bound(parts({ type: 'file', file: {} }), OWN).maxCost).toBeNull();
  });

  it('counts an image by its pixels, not by its bytes', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(50_000)}` } };
    const text = request(parts({ type: 'image_url', image_url: { url: '' } })).bytes;
    const expected = (BigInt(text + 256 + 2 * 1_445) * 2_500_000n + 999_999n) / 1_000_000n + 10n;
    const { maxCost } = bound(parts(image, image), GPT_4O);
    expect(maxCost).toBeGreaterThan(expected - 10n);
    expect(maxCost).toBeLessThan(expected + 500n);
    expect(bound(parts(image), OWN).maxCost).toBeNull();
  });

  it('counts tokens exactly only where a cap is enforced', () => {
    const asked: (readonly string[])[] = [];
    const count: TokenCount = (texts) => {
      asked.push(texts);
      return 10;
    };
    const bytes = bound({ max_tokens: 1 }, OWN, false, count).maxCost ?? 0n;
    expect(asked).toEqual([]);
    expect(bound({ max_tokens: 1 }, OWN, true, count).maxCost).toBe(bytes - 990n);
    expect(asked).toHaveLength(1);
  });
});

describe('token counter', () => {
  beforeAll(() => loadTokenizer('o200k_base'));

  it('counts what the public tokenizer counts, marks taken as text', () => {
    const count = tokenCounter('o200k_base');
    expect(count(['hello world', 'Grüße 😀'])).toBe(6);
    expect(count(['<|endoftext|>'])).toBeGreaterThan(1);
    expect(tokenCounter(null)(['x'])).toBeNull();
  });

  it.each([
    ['letters', 'a'.repeat(300)],
    ['characters without spaces', '漢'.repeat(300)],
    ['white space', ' '.repeat(300)],
    ['symbols', '😀'.repeat(300)],
    ['too much text', 'word '.repeat(7_000)],
  ])('does not count %s, which would take too long', (_what, text) => {
    expect(tokenCounter('o200k_base')([text])).toBeNull();
  });

  it('never counts more tokens than bytes', () => {
    for (const text of ['', 'a', 'ü', '\u{1F468}‍\u{1F469}‍\u{1F467}', 'x1y2z3!?', '\u0001\u0002', 'ᚠᛇᚻ᛫ᛒᛦᚦ']) {
      expect(tokenCounter('o200k_base')([text])).toBeLessThanOrEqual(Buffer.byteLength(text));
    }
  });
});
