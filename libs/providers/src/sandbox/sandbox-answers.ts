const LOREM =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna ' +
  'aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.';

const MOST_OUTPUT_TOKENS = 4_096;
const MOST_CHOICES = 8;

/** A request the sandbox understands. */
export interface SandboxRequest {
  readonly model: SandboxModel;
  readonly choices: number;
  readonly streamed: boolean;
  readonly withUsage: boolean;
  readonly promptTokens: number;
  /** The words of the answer, each one a token. */
  readonly words: readonly string[];
  readonly finishReason: 'stop' | 'length';
}

export interface SandboxRefusal {
  readonly status: number;
  readonly message: string;
  readonly param: string | null;
}

export const SANDBOX_MODELS = ['echo', 'lorem'] as const;
type SandboxModel = (typeof SANDBOX_MODELS)[number];

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A word with the white space before it is a token, so no text has more tokens than bytes. */
const tokensOf = (text: string): readonly string[] => text.match(/\s*\S+|\s+$/gu) ?? [];

const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
};

const refuse = (message: string, param: string | null, status = 400): SandboxRefusal => ({ status, message, param });

const integer = (value: unknown, most: number): number | null =>
  Number.isInteger(value) && Number(value) >= 1 ? Math.min(Number(value), most) : null;

/** Reads the body of a chat completion. */
export const readSandboxRequest = (body: unknown): SandboxRequest | SandboxRefusal => {
  if (!isObject(body)) return refuse('The body must be a JSON object', null);
  const model = SANDBOX_MODELS.find((name) => name === body['model']);
  if (model === undefined) return refuse(`The sandbox has the models ${SANDBOX_MODELS.join(' and ')}`, 'model', 404);
  const messages = Array.isArray(body['messages']) ? body['messages'].filter(isObject) : [];
  if (messages.length === 0) return refuse('messages must be a list of at least one message', 'messages');
  const limit = integer(body['max_completion_tokens'] ?? body['max_tokens'] ?? MOST_OUTPUT_TOKENS, MOST_OUTPUT_TOKENS);
  if (limit === null) return refuse('The limit of tokens must be a positive integer', 'max_completion_tokens');
  const choices = integer(body['n'] ?? 1, MOST_CHOICES);
  if (choices === null) return refuse('n must be a positive integer', 'n');
  const lastQuestion = messages.findLast((message) => message['role'] === 'user') ?? messages.at(-1);
  const answer = tokensOf(model === 'echo' ? textOf(lastQuestion?.['content']) : LOREM);
  const options = body['stream_options'];
  return {
    model,
    choices,
    streamed: body['stream'] === true,
    withUsage: isObject(options) && options['include_usage'] === true,
    promptTokens: messages.reduce((sum, message) => sum + tokensOf(textOf(message['content'])).length, 0),
    words: answer.slice(0, limit),
    finishReason: answer.length > limit ? 'length' : 'stop',
  };
};

const usageOf = ({ promptTokens, words, choices }: SandboxRequest): Members => ({
  prompt_tokens: promptTokens,
  completion_tokens: words.length * choices,
  total_tokens: promptTokens + words.length * choices,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
});

const indexes = ({ choices }: SandboxRequest): readonly number[] =>
  Array.from({ length: choices }, (_, index) => index);

/** The answer that is not streamed. */
export const completionOf = (request: SandboxRequest, id: string, created: number): Members => ({
  id,
  object: 'chat.completion',
  created,
  model: request.model,
  choices: indexes(request).map((index) => ({
    index,
    message: { role: 'assistant', content: request.words.join(''), refusal: null },
    logprobs: null,
    finish_reason: request.finishReason,
  })),
  usage: usageOf(request),
});

/** The same answer as chunks of a stream. */
export const chunksOf = (request: SandboxRequest, id: string, created: number): readonly Members[] => {
  const chunk = (delta: Members, finishReason: string | null): Members => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model: request.model,
    choices: indexes(request).map((index) => ({ index, delta, logprobs: null, finish_reason: finishReason })),
    ...(request.withUsage ? { usage: null } : {}),
  });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...request.words.map((content) => chunk({ content }, null)),
    chunk({}, request.finishReason),
    ...(request.withUsage ? [{ ...chunk({}, null), choices: [], usage: usageOf(request) }] : []),
  ];
};
