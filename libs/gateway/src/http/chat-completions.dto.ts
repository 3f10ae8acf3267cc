/** A message of the conversation. Members beside these are passed to the provider as they are. */
export class ChatMessage {
  /**
   * `developer`, `system`, `user`, `assistant` or `tool`.
   * @example "user"
   */
  role: string;

  /**
   * Text, or OpenAI's list of parts.
   * @example "Say hello."
   */
  content: string;
}

/** OpenAI's request. Members beside these are passed to the provider as they are. */
export class ChatCompletionRequest {
  /**
   * `provider/model`, a model's name, or `auto` for the project's default.
   * @example "sandbox/echo"
   */
  model?: string;

  messages: ChatMessage[];

  /**
   * Answers with server-sent events.
   * @example false
   */
  stream?: boolean;

  /**
   * Most tokens of one choice, reasoning included.
   * @example 100
   */
  max_completion_tokens?: number;
}

/** One of the answers. */
export class ChatCompletionChoice {
  /** @example 0 */
  index: number;

  message: ChatMessage;

  /** @example "stop" */
  finish_reason: string;
}

/** What the call used. */
export class ChatCompletionUsage {
  /** @example 2 */
  prompt_tokens: number;

  /** @example 2 */
  completion_tokens: number;

  /** @example 4 */
  total_tokens: number;
}

/** The provider's answer, unchanged. */
export class ChatCompletionResponse {
  /** @example "chatcmpl-7f1c2b3a4d5e6f708192a3b4" */
  id: string;

  /** @example "chat.completion" */
  object: string;

  /**
   * Unix seconds.
   * @example 1795219200
   */
  created: number;

  /**
   * The provider's name of the model.
   * @example "echo"
   */
  model: string;

  choices: ChatCompletionChoice[];

  usage: ChatCompletionUsage;
}
