import { DomainError } from '@app/kernel';

import { readChatRequest } from './read-chat-request.js';

const read = (text: string | Buffer) => readChatRequest(Buffer.from(text));
const withMember = (name: string, value: string) => `{"messages":[{"role":"user","content":"x"}],"${name}":${value}}`;

const problemsOf = (text: string | Buffer): unknown => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.details['fields']];
    throw error;
  }
  return 'taken';
};

describe('chat request', () => {
  it('reads what decides about the call and keeps the whole body', () => {
    const text = `{"model":"a/b","messages":[{}],"n":2,"stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"max_completion_tokens":9,"service_tier":"flex","other":[1]}`;
    expect(read(text)).toMatchObject({
      model: 'a/b',
      choices: 2,
      streamed: true,
      usageAsked: true,
      outputLimit: 9,
      tier: 'flex',
      bytes: text.length,
    });
    expect([...read(text).body.keys()]).toContain('other');
  });

  it('takes null for a member that is missing', () => {
    const text = `{"model":null,"messages":[{}],"n":null,"stream":null,"stream_options":null,"max_tokens":null,"service_tier":null}`;
    expect(read(text)).toMatchObject({
      model: null,
      choices: 1,
      streamed: false,
      usageAsked: false,
      outputLimit: null,
      tier: null,
    });
  });

  it.each([
    ['model', '1', 'model'],
    ['model', `"${'m'.repeat(257)}"`, 'model'],
    ['stream', '"yes"', 'stream'],
    ['stream', '1', 'stream'],
    ['stream_options', 'true', 'stream_options'],
    ['stream_options', '{"include_usage":"x"}', 'stream_options.include_usage'],
    ['n', '0', 'n'],
    ['n', '1.5', 'n'],
    ['n', '129', 'n'],
    ['n', '"2"', 'n'],
    ['max_tokens', '-1', 'max_tokens'],
    ['max_tokens', '1e30', 'max_tokens'],
    ['max_completion_tokens', '[]', 'max_completion_tokens'],
    ['service_tier', '{}', 'service_tier'],
  ])('refuses %s of %s', (name, value, field) => {
    expect(problemsOf(withMember(name, value))).toMatchObject(['VALIDATION_FAILED', [{ field }]]);
  });

  it.each(['{}', '{"messages":null}', '{"messages":[]}', '{"messages":{}}', '{"messages":"x"}', '{"messages":[1]}'])(
    'refuses messages that are none: %s',
    (text) => {
      expect(problemsOf(text)).toMatchObject(['VALIDATION_FAILED', [{ field: 'messages' }]]);
    },
  );

  it.each(['', ' ', '[]', '"x"', '{', '{"messages":[{}],"messages":[{}]}', '{"a":"\\u0000"}', '{"a":"\\ud800"}'])(
    'refuses a body that is no single JSON object: %s',
    (text) => {
      expect(problemsOf(text)).toMatchObject(['VALIDATION_FAILED', [{ field: 'body' }]]);
    },
  );

  it('refuses a body that is not there', () => {
    for (const body of [undefined, null, {}, 'text']) expect(() => readChatRequest(body)).toThrow(DomainError);
  });

  it('names every wrong member at once', () => {
    expect(problemsOf('{"model":1,"n":0,"stream":"x"}')).toMatchObject([
      'VALIDATION_FAILED',
      [{ field: 'messages' }, { field: 'model' }, { field: 'stream' }, { field: 'n' }],
    ]);
  });
});
