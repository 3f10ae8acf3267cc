/** Which chat completion requests OpenAI refuses, with its words, parameter names and codes. */

const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];

export const MODELS = {
  'gpt-4o': { maxOutput: 16_384, reasoning: false },
  'gpt-4o-mini': { maxOutput: 16_384, reasoning: false },
  'gpt-4.1': { maxOutput: 32_768, reasoning: false },
  'gpt-5-mini': { maxOutput: 128_000, reasoning: true },
};

export class Refused extends Error {
  constructor(status, message, param = null, code = null, type = 'invalid_request_error') {
    super(message);
    this.status = status;
    this.body = { error: { message, type, param, code } };
  }
}

const kindOf = (value) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (Number.isInteger(value)) return 'an integer';
  return { string: 'a string', number: 'a decimal', boolean: 'a boolean', object: 'an object' }[typeof value];
};

const wrongType = (param, expected, value) =>
  new Refused(
    400,
    `Invalid type for '${param}': expected ${expected}, but got ${kindOf(value)} instead.`,
    param,
    'invalid_type',
  );

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const CHECKS = {
  string: ['a string', (value) => typeof value === 'string'],
  boolean: ['a boolean', (value) => typeof value === 'boolean'],
  integer: ['an integer', Number.isInteger],
  decimal: ['a decimal', (value) => typeof value === 'number'],
  object: ['an object', isObject],
  array: ['an array', Array.isArray],
  any: ['anything', () => true],
};

/** Every member the real one takes, with its type. */
const MEMBERS = {
  model: 'string',
  messages: 'array',
  audio: 'object',
  frequency_penalty: 'decimal',
  function_call: 'any',
  functions: 'array',
  logit_bias: 'object',
  logprobs: 'boolean',
  max_completion_tokens: 'integer',
  max_tokens: 'integer',
  metadata: 'object',
  modalities: 'array',
  n: 'integer',
  parallel_tool_calls: 'boolean',
  prediction: 'object',
  presence_penalty: 'decimal',
  prompt_cache_key: 'string',
  reasoning_effort: 'string',
  response_format: 'object',
  safety_identifier: 'string',
  seed: 'integer',
  service_tier: 'string',
  stop: 'any',
  store: 'boolean',
  stream: 'boolean',
  stream_options: 'object',
  temperature: 'decimal',
  tool_choice: 'any',
  tools: 'array',
  top_logprobs: 'integer',
  top_p: 'decimal',
  user: 'string',
  verbosity: 'string',
  web_search_options: 'object',
};

const checkMembers = (body) => {
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(MEMBERS, name)) throw new Refused(400, `Unrecognized request argument supplied: ${name}`);
    const [expected, fits] = CHECKS[MEMBERS[name]];
    if (value !== null && !fits(value)) throw wrongType(name, expected, value);
  }
};

const checkRange = (body, name, least, most) => {
  const value = body[name];
  if (value === undefined || value === null) return;
  const word = Number.isInteger(value) ? 'integer' : 'decimal';
  if (value < least) {
    const text = `Invalid '${name}': ${word} below minimum value. Expected a value >= ${least}, but got ${value} instead.`;
    throw new Refused(400, text, name, `${word}_below_min_value`);
  }
  if (value > most) {
    const text = `Invalid '${name}': ${word} above maximum value. Expected a value <= ${most}, but got ${value} instead.`;
    throw new Refused(400, text, name, `${word}_above_max_value`);
  }
};

const checkContent = (message, at) => {
  const { content } = message;
  if (content === null || content === undefined) {
    if (message.role === 'assistant' && (message.tool_calls || message.function_call || message.refusal)) return;
    throw new Refused(400, `Invalid value for 'content': expected a string, got null.`, `${at}.content`, null);
  }
  if (typeof content === 'string') return;
  if (!Array.isArray(content)) {
    throw wrongType(`${at}.content`, 'one of a string or array of objects', content);
  }
  content.forEach((part, i) => {
    if (!isObject(part)) throw wrongType(`${at}.content[${i}]`, 'an object', part);
    if (!['text', 'image_url', 'input_audio', 'file', 'refusal'].includes(part.type)) {
      throw new Refused(400, `Invalid value: '${part.type}'.`, `${at}.content[${i}].type`, 'invalid_value');
    }
  });
};

const checkMessages = (messages) => {
  if (messages.length === 0) {
    const text = `Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.`;
    throw new Refused(400, text, 'messages', 'empty_array');
  }
  let open = new Set();
  messages.forEach((message, i) => {
    const at = `messages[${i}]`;
    if (!isObject(message)) throw wrongType(at, 'an object', message);
    if (message.role === undefined) {
      throw new Refused(400, `Missing required parameter: '${at}.role'.`, `${at}.role`, 'missing_required_parameter');
    }
    if (!ROLES.includes(message.role)) {
      const known = `${ROLES.slice(0, -1)
        .map((role) => `'${role}'`)
        .join(', ')}, and '${ROLES.at(-1)}'`;
      const text = `Invalid value: '${message.role}'. Supported values are: ${known}.`;
      throw new Refused(400, text, `${at}.role`, 'invalid_value');
    }
    checkContent(message, at);
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) {
        const text = `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.`;
        throw new Refused(400, text, `messages.[${i}].role`);
      }
      return;
    }
    if (open.size > 0) throw unanswered(open, i);
    open = new Set((message.tool_calls ?? []).map((call) => call.id));
  });
  if (open.size > 0) throw unanswered(open, messages.length);
};

const unanswered = (open, i) =>
  new Refused(
    400,
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    `messages.[${i}].role`,
  );

const checkLimits = (body, model) => {
  const { max_tokens: old, max_completion_tokens: limit } = body;
  if (old !== undefined && limit !== undefined) {
    const text = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
    throw new Refused(400, text, 'max_tokens', 'invalid_parameter_combination');
  }
  if (old !== undefined && model.reasoning) {
    const text =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    throw new Refused(400, text, 'max_tokens', 'unsupported_parameter');
  }
  const name = old === undefined ? 'max_completion_tokens' : 'max_tokens';
  const value = old ?? limit;
  if (value === undefined || value === null) return;
  checkRange(body, name, 1, Infinity);
  if (value > model.maxOutput) {
    const text = `${name} is too large: ${value}. This model supports at most ${model.maxOutput} completion tokens, whereas you provided ${value}.`;
    throw new Refused(400, text, name, 'invalid_value');
  }
};

/** Throws `Refused` for what the real one would not answer. */
export const checkChatRequest = (body) => {
  if (!isObject(body)) throw unreadable();
  if (typeof body.model !== 'string' || body.model === '') {
    throw new Refused(400, 'you must provide a model parameter');
  }
  checkMembers(body);
  if (!Object.hasOwn(MODELS, body.model)) {
    const text = `The model \`${body.model}\` does not exist or you do not have access to it.`;
    throw new Refused(404, text, null, 'model_not_found');
  }
  if (body.messages === undefined || body.messages === null) {
    throw new Refused(400, "Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter');
  }
  checkMessages(body.messages);
  checkLimits(body, MODELS[body.model]);
  checkRange(body, 'n', 1, 128);
  checkRange(body, 'temperature', 0, 2);
  checkRange(body, 'top_p', 0, 1);
  if (body.stream_options && body.stream !== true) {
    const text = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
    throw new Refused(400, text, 'stream_options');
  }
};

export const unreadable = () =>
  new Refused(
    400,
    'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)',
  );

export const checkKey = (authorization, apiKey) => {
  if (!authorization) {
    const text =
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
    throw new Refused(401, text);
  }
  const key = authorization.replace(/^Bearer /, '');
  if (key !== apiKey) {
    const masked = `${key.slice(0, 8)}${'*'.repeat(Math.max(key.length - 12, 0))}${key.slice(-4)}`;
    const text = `Incorrect API key provided: ${masked}. You can find your API key at https://platform.openai.com/account/api-keys.`;
    throw new Refused(401, text, null, 'invalid_api_key');
  }
};
