/** What the model says, as one completion and as the chunks of a stream. */

const textOf = (content) => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => part.text ?? '').join('');
};

const tokensOf = (text) => text.match(/\s*\S+|\s+$/gu) ?? [];

/** Decides the answer: a tool call when one is required, else the last question repeated. */
export const decideAnswer = (body, behaviour) => {
  const question = textOf(body.messages.findLast((message) => message.role === 'user')?.content);
  const limit = body.max_completion_tokens ?? body.max_tokens ?? Infinity;
  const words = tokensOf(behaviour.text ?? `You said: ${question}`);
  const tool = body.tool_choice === 'required' ? body.tools?.[0]?.function.name : undefined;
  const promptTokens = 3 + body.messages.reduce((sum, { content }) => sum + 4 + tokensOf(textOf(content)).length, 0);
  return {
    model: body.model,
    choices: body.n ?? 1,
    tool,
    words: words.slice(0, limit),
    finishReason: tool ? 'tool_calls' : words.length > limit ? 'length' : 'stop',
    promptTokens,
    cachedTokens: Math.min(behaviour.cachedTokens ?? 0, promptTokens),
    reasoningTokens: behaviour.reasoningTokens ?? 0,
    tier: behaviour.tier ?? 'default',
  };
};

const ARGUMENTS = ['{"ci', 'ty":"', 'Zürich', '"}'];

const usageOf = ({ words, tool, choices, promptTokens, cachedTokens, reasoningTokens }) => {
  const written = (tool ? ARGUMENTS.length : words.length) * choices + reasoningTokens;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: written,
    total_tokens: promptTokens + written,
    prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
};

const indexes = ({ choices }) => Array.from({ length: choices }, (_, index) => index);

const head = (answer, id, object) => ({
  id,
  object,
  created: Math.floor(Date.now() / 1000),
  model: `${answer.model}-2024-08-06`,
  service_tier: answer.tier,
  system_fingerprint: 'fp_double',
});

export const completionOf = (answer, id) => ({
  ...head(answer, id, 'chat.completion'),
  choices: indexes(answer).map((index) => ({
    index,
    message: answer.tool
      ? {
          role: 'assistant',
          content: null,
          refusal: null,
          annotations: [],
          tool_calls: [
            { id: `call_${id}`, type: 'function', function: { name: answer.tool, arguments: ARGUMENTS.join('') } },
          ],
        }
      : { role: 'assistant', content: answer.words.join(''), refusal: null, annotations: [] },
    logprobs: null,
    finish_reason: answer.finishReason,
  })),
  usage: usageOf(answer),
});

/** The chunks of a stream; with `include_usage` all but the last one have `usage: null`. */
export const chunksOf = (answer, id, includeUsage) => {
  const start = head(answer, id, 'chat.completion.chunk');
  const chunk = (index, delta, finishReason = null) => ({
    ...start,
    choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
    ...(includeUsage ? { usage: null } : {}),
    obfuscation: 'x7Qz',
  });
  const call = (name, args) => ({
    tool_calls: [
      {
        index: 0,
        ...(name ? { id: `call_${id}`, type: 'function' } : {}),
        function: { ...(name ? { name } : {}), arguments: args },
      },
    ],
  });
  const deltas = answer.tool
    ? [{ role: 'assistant', content: null, ...call(answer.tool, '') }, ...ARGUMENTS.map((piece) => call(null, piece))]
    : [{ role: 'assistant', content: '', refusal: null }, ...answer.words.map((content) => ({ content }))];
  return [
    ...deltas.flatMap((delta) => indexes(answer).map((index) => chunk(index, delta))),
    ...indexes(answer).map((index) => chunk(index, {}, answer.finishReason)),
    ...(includeUsage ? [{ ...start, choices: [], usage: usageOf(answer), obfuscation: '' }] : []),
  ];
};
