import { errorFields } from './error-fields.js';

const PLANTED = 'plantedsecret0123456789';

describe('errorFields', () => {
  it('has name, code and frames of an error and of what caused it', () => {
    const cause = Object.assign(new Error('inner'), { code: '23505', constraint: 'projects_slug_key' });
    const error = new TypeError('outer', { cause });
    expect(errorFields(error)).toEqual({
      name: 'TypeError',
      frames: expect.arrayContaining([expect.stringMatching(/^at .*error-fields\.spec\.ts:\d+:\d+\)?$/)]),
      cause: { name: 'Error', code: '23505', relation: 'projects_slug_key', frames: expect.any(Array) },
    });
  });

  it.each([
    ['a message', new Error(PLANTED)],
    ['a message that looks like frames', new Error(`x\n    at ${PLANTED} (/x.ts:1:1)`)],
    ['a stack of its own', Object.assign(new Error('x'), { stack: `Error\n    at all times ${PLANTED}` })],
    ['a name with spaces', Object.assign(new Error('x'), { name: `Error ${PLANTED}` })],
    ['a code with spaces', Object.assign(new Error('x'), { code: `E ${PLANTED}` })],
    ['other members', Object.assign(new Error('x'), { detail: PLANTED, parameters: [PLANTED], query: PLANTED })],
    ['a thrown text', PLANTED],
    ['a thrown object', { message: PLANTED }],
  ])('shows nothing of %s', (_case, error) => {
    expect(JSON.stringify(errorFields(error))).not.toContain(PLANTED);
  });

  it('ends on a ring of causes', () => {
    const ring = new Error('a');
    ring.cause = ring;
    expect(JSON.stringify(errorFields(ring)).match(/"cause"/g)).toHaveLength(3);
  });
});
