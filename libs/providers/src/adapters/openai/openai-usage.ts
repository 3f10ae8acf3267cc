import type { TokenUsage } from '../provider-adapter.js';

/** Above any call that can be made, below what a database column holds. */
const MOST_TOKENS = 2_000_000_000;

type Members = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MOST_TOKENS;

const countIn = (details: unknown, name: string): number => {
  const count = isObject(details) ? details[name] : undefined;
  return isCount(count) ? count : 0;
};

/**
 * OpenAI's `usage`: `prompt_tokens` contains cached and newly cached tokens, `completion_tokens` contains reasoning.
 * `null` for a record that is missing or impossible; the call is then counted by us.
 */
export const readUsage = (usage: unknown): TokenUsage | null => {
  if (!isObject(usage)) return null;
  const { prompt_tokens: prompt, completion_tokens: completion = 0 } = usage;
  if (!isCount(prompt) || !isCount(completion)) return null;
  const cacheRead = Math.min(countIn(usage['prompt_tokens_details'], 'cached_tokens'), prompt);
  const cacheWrite = Math.min(countIn(usage['prompt_tokens_details'], 'cache_write_tokens'), prompt - cacheRead);
  return {
    input: prompt - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    output: completion,
    reasoning: Math.min(countIn(usage['completion_tokens_details'], 'reasoning_tokens'), completion),
  };
};

const USAGE_MEMBER = '"usage":';

/**
 * OpenAI writes `usage` behind the choices. Inside a text the name's quotes would be escaped, so what looks like the
 * member is one.
 */
export const readUsageAtEnd = (tail: string): TokenUsage | null => {
  const at = tail.lastIndexOf(USAGE_MEMBER);
  if (at === -1) return null;
  for (let end = tail.indexOf('}', at); end !== -1; end = tail.indexOf('}', end + 1)) {
    try {
      return readUsage(JSON.parse(tail.slice(at + USAGE_MEMBER.length, end + 1)));
    } catch (error) {
      // The brace closed an object inside; the next one may close the record.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return null;
};
