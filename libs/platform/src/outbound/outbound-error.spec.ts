import { inspect } from 'node:util';

import { errors } from 'undici';

import { OutboundError, outboundErrorOf } from './outbound-error.js';

const system = (code: string): Error => Object.assign(new Error(`connect ${code} 10.0.0.5:80`), { code });

describe('an error of an outbound call', () => {
  it.each([
    ['timeout', new errors.ConnectTimeoutError()],
    ['timeout', new errors.HeadersTimeoutError()],
    ['timeout', new errors.BodyTimeoutError()],
    ['timeout', system('ETIMEDOUT')],
    ['timeout', new DOMException('the limit', 'TimeoutError')],
    ['too-large', new errors.HeadersOverflowError()],
    ['too-large', new errors.ResponseExceededMaxSizeError()],
    ['unreachable', system('ECONNREFUSED')],
    ['unreachable', system('ECONNRESET')],
    ['unreachable', system('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['unreachable', new errors.SocketError('other side closed')],
    ['unreachable', 'no error at all'],
    ['address', new OutboundError('address')],
  ] as const)('means %s', (reason, error) => {
    expect(outboundErrorOf(error).reason).toBe(reason);
  });

  it('is shown without addresses, which only the cause has', () => {
    const shown = outboundErrorOf(system('ECONNREFUSED'));
    expect(`${shown.message} ${JSON.stringify(shown)}`).not.toContain('10.0.0.5');
    expect(inspect(shown)).toContain('10.0.0.5');
  });

  it('that is our own mistake stays what it is', () => {
    const mistake = new errors.InvalidArgumentError('invalid path');
    expect(() => outboundErrorOf(mistake)).toThrow(mistake);
  });
});
