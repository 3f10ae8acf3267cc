import type { Secret } from '@app/platform';

import type { StreamEvent } from './event-stream.js';
import type { JsonObject } from './exact-json.js';
import type { ProviderFailure } from './provider-failure.js';

/** A chat call in OpenAI's form that has been judged and admitted. */
export interface ChatCall {
  readonly body: JsonObject;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly streamed: boolean;
  /** Limit of generated tokens to send because the caller sent none; `null` sends the body's own, or none. */
  readonly outputLimit: number | null;
}

export interface ProviderRequest {
  readonly method: 'GET' | 'POST';
  /** Path below the connection's base URL, with a leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Disjoint classes of tokens, whatever the provider calls them. */
export interface TokenUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** Part of `output`. */
  readonly reasoning: number;
}

/** How much a provider wrote, for calls it gives no usage for. */
export interface Generated {
  readonly bytes: number;
  /** Separate pieces: a stream's deltas hold at least one token each. */
  readonly pieces: number;
}

export interface ChatAnswer {
  /** `null`: the provider did not say. */
  readonly usage: TokenUsage | null;
  /** Processing tier the provider says it used. */
  readonly tier: string | null;
  readonly generated: Generated;
}

/** An event of a provider's stream as OpenAI's clients read it. */
export type StreamPart =
  | {
      readonly kind: 'chunk';
      /** JSON text of the chunk. */
      readonly payload: string;
      /** The same for a caller who did not ask for usage; `null` when nothing is left of it. */
      readonly withoutUsage: string | null;
      /** False for what only announces an answer, such as the role. */
      readonly content: boolean;
      /** Choices the provider calls complete here. */
      readonly finishedChoices: number;
      readonly generated: Generated;
      readonly usage: TokenUsage | null;
      readonly tier: string | null;
    }
  | { readonly kind: 'end' };

/** Status, headers (lower case) and the beginning of the body of an answer that is not a success. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Translates between OpenAI's chat completions, which callers of the gateway speak, and the wire protocol of a family
 * of providers. It is told everything and keeps nothing. Reading throws `InvalidAnswer` for what breaks the protocol and
 * `ProviderFailed` for what the provider itself calls a failure.
 */
export interface ProviderAdapter {
  chatRequest(call: ChatCall, credential: Secret | null): ProviderRequest;
  readChatAnswer(body: string): ChatAnswer;
  /** Usage in the last bytes of an answer that is too large to be read as a whole. */
  readUsageAtEnd(tail: string): TokenUsage | null;
  readStreamEvent(event: Extract<StreamEvent, { kind: 'event' }>): StreamPart;
  readRefusal(answer: RefusedAnswer): ProviderFailure;
  /** A request that spends nothing, to try a connection with. */
  modelsRequest(credential: Secret | null): ProviderRequest;
  /** Number of models in the answer to it; `null` when the answer is not the protocol's. */
  countModels(body: string): number | null;
}
