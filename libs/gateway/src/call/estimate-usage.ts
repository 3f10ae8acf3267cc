import { type Generated, isJsonArray, isJsonObject, type JsonValue, type TokenUsage } from '@app/providers';

import type { ChatRequest } from './read-chat-request.js';

/** English text has about four bytes a token. */
const BYTES_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;
/** A picture or a file whose tokens nobody told. */
const TOKENS_PER_PART = 1_000;

const tokensOf = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

const contentTokens = (content: JsonValue | undefined): number => {
  if (typeof content === 'string') return tokensOf(Buffer.byteLength(content));
  if (!isJsonArray(content)) return 0;
  return content.reduce<number>((sum, part) => {
    const text = isJsonObject(part) ? part.get('text') : part;
    return sum + (typeof text === 'string' ? tokensOf(Buffer.byteLength(text)) : TOKENS_PER_PART);
  }, 0);
};

/** Usage of a call whose provider gave none: its texts by their length, what it wrote by length and pieces. */
export const estimateUsage = ({ body }: ChatRequest, generated: Generated): TokenUsage => {
  const messages = body.get('messages');
  const input = (isJsonArray(messages) ? messages : []).reduce<number>(
    (sum, message) => sum + TOKENS_PER_MESSAGE + (isJsonObject(message) ? contentTokens(message.get('content')) : 0),
    0,
  );
  const output = Math.max(generated.pieces, tokensOf(generated.bytes));
  return { input, cacheRead: 0, cacheWrite: 0, output, reasoning: 0 };
};
