import type { MicroUsd } from '@app/kernel';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, type ModelPrice, mostCost } from '@app/providers';

import type { ChatRequest } from './read-chat-request.js';

/** Counts the tokens of texts exactly; `null` when that would take too long. */
export type TokenCount = (texts: readonly string[]) => number | null;

export interface CostBound {
  /** The most the call can cost; `null` when no bound is known. */
  readonly maxCost: MicroUsd | null;
  /** Limit of generated tokens to send to the provider because the caller sent none. */
  readonly outputLimit: number | null;
}

/** Hidden instructions and the framing of messages and tools that providers add; the largest seen are below 100. */
const ADDED_TOKENS = 256;
/** Members that cost something beside tokens of text, or text at another price. */
const UNBOUNDED_MEMBERS = ['audio', 'plugins', 'search_parameters', 'web_search_options'];
/** Kinds of tools that only describe a function; others are services the provider bills. */
const FREE_TOOLS: readonly (JsonValue | undefined)[] = ['function', 'custom'];
const TEXT_PARTS: readonly (JsonValue | undefined)[] = ['text', 'refusal'];

interface Prompt {
  readonly texts: string[];
  /** Bytes of images, which count for tokens by their size in pixels. */
  imageBytes: number;
  images: number;
  /** A part whose tokens nothing here can bound. */
  opaque: boolean;
  /** A part with a price of its own. */
  unpriced: boolean;
}

const addPart = (part: JsonValue, prompt: Prompt): void => {
  if (!isJsonObject(part)) return;
  const type = part.get('type');
  const text = part.get('text');
  if (TEXT_PARTS.includes(type)) {
    if (typeof text === 'string') prompt.texts.push(text);
  } else if (type === 'image_url') {
    const image = part.get('image_url');
    const url = isJsonObject(image) ? image.get('url') : undefined;
    prompt.images += 1;
    prompt.imageBytes += typeof url === 'string' ? Buffer.byteLength(url) : 0;
  } else if (type === 'input_audio') prompt.unpriced = true;
  else prompt.opaque = true;
};

const promptOf = (body: JsonObject): Prompt => {
  const prompt: Prompt = { texts: [], imageBytes: 0, images: 0, opaque: false, unpriced: false };
  const messages = body.get('messages');
  for (const message of isJsonArray(messages) ? messages : []) {
    if (!isJsonObject(message)) continue;
    const content = message.get('content');
    if (typeof content === 'string') prompt.texts.push(content);
    else if (isJsonArray(content)) content.forEach((part) => addPart(part, prompt));
    // Refers to speech the provider keeps.
    if (isJsonObject(message.get('audio'))) prompt.unpriced = true;
  }
  return prompt;
};

const bytesOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/**
 * A token is at least one byte, so the bytes of the body bound its tokens; texts whose tokens were counted count as
 * such. No call has more input than the model's context window.
 */
const mostInputTokens = (request: ChatRequest, price: ModelPrice, prompt: Prompt, count: TokenCount): number | null => {
  const window = price.contextWindow;
  const images = prompt.images === 0 ? 0 : price.imageTokens && prompt.images * price.imageTokens;
  if (prompt.opaque || images === null) return window;
  const counted = count(prompt.texts);
  const texts = counted === null ? 0 : counted - bytesOf(prompt.texts);
  const tokens = request.bytes - prompt.imageBytes + images + texts + ADDED_TOKENS;
  return window === null ? tokens : Math.min(tokens, window);
};

const hasForeignPrice = ({ body }: ChatRequest, price: ModelPrice): boolean => {
  const isSet = (name: string): boolean => (body.get(name) ?? null) !== null;
  const modalities = body.get('modalities');
  const tools = body.get('tools');
  return (
    [...UNBOUNDED_MEMBERS, ...price.unboundedMembers].some(isSet) ||
    (isJsonArray(modalities) && modalities.some((modality) => modality !== 'text')) ||
    (isJsonArray(tools) && tools.some((tool) => isJsonObject(tool) && !FREE_TOOLS.includes(tool.get('type'))))
  );
};

/** The exact count is for calls that must fit under a cap; others are content with bytes, which cost no time. */
export const boundCost = (
  request: ChatRequest,
  price: ModelPrice | null,
  { capEnforced, count }: { readonly capEnforced: boolean; readonly count: TokenCount },
): CostBound => {
  if (price === null) return { maxCost: null, outputLimit: null };
  const ceiling = price.maxOutputTokens;
  const outputLimit = capEnforced && request.outputLimit === null ? ceiling : null;
  const output = request.outputLimit ?? ceiling;
  const prompt = promptOf(request.body);
  if (output === null || prompt.unpriced || hasForeignPrice(request, price)) return { maxCost: null, outputLimit };
  const input = mostInputTokens(request, price, prompt, capEnforced ? count : () => null);
  const maxCost =
    input === null ? null : mostCost(price.tariffs, request.tier, { input, output: output * request.choices });
  return { maxCost, outputLimit };
};
