import type { Encoding } from '@app/providers';

import type { TokenCount } from './bound-cost.js';

/** Longer prompts are bounded by their bytes: counting 32 kB takes a millisecond. */
const MOST_CHARACTERS = 32_768;
/**
 * The tokenizer's time grows with the square of a piece that nothing divides, so one prompt of 20,000 equal letters
 * would hold up every other call for a quarter of a second.
 */
const LONG_PIECE = /[\p{L}\p{M}]{257,}|[^\s\p{L}\p{N}]{257,}|\s{257,}/u;

type CountTokens = (text: string, options: { disallowedSpecial: Set<string> }) => number;

/** Marks such as `<|endoftext|>` are plain text in a prompt. */
const NO_SPECIAL_TEXT = { disallowedSpecial: new Set<string>() };

const NEVER: TokenCount = () => null;

const counterWith =
  (countTokens: CountTokens): TokenCount =>
  (texts) => {
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    if (characters > MOST_CHARACTERS || texts.some((text) => LONG_PIECE.test(text))) return null;
    return texts.reduce((sum, text) => sum + countTokens(text, NO_SPECIAL_TEXT), 0);
  };

const loaders: Readonly<Record<Encoding, () => Promise<{ countTokens: CountTokens }>>> = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
};

const loaded = new Map<Encoding, TokenCount>();

/** Loads the tokenizer (70 MB, a fifth of a second) for a process that has calls to count; later calls do nothing. */
export const loadTokenizer = async (encoding: Encoding): Promise<void> => {
  if (!loaded.has(encoding)) loaded.set(encoding, counterWith((await loaders[encoding]()).countTokens));
};

/** The counter of an encoding; one that was not loaded counts nothing. */
export const tokenCounter = (encoding: Encoding | null): TokenCount =>
  (encoding === null ? undefined : loaded.get(encoding)) ?? NEVER;
