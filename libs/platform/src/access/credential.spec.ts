import { presentedCredential } from './credential.js';

const present = (headers: Record<string, string>, family: 'openai' | 'anthropic' = 'openai') =>
  presentedCredential({ headers }, 'runtime', family);

describe('the credential of a runtime request', () => {
  it.each([
    [{}, null],
    [{ authorization: 'Bearer csk_a' }, 'csk_a'],
    [{ authorization: 'bearer   sk-foreign' }, 'sk-foreign'],
    [{ authorization: 'Basic dTpw' }, null],
    [{ authorization: 'Bearer' }, null],
    [{ authorization: 'Bearer a b' }, null],
    [{ cencori_api_key: ' csk_a ' }, 'csk_a'],
    [{ cencori_api_key: '  ', authorization: 'Bearer csk_a' }, 'csk_a'],
    [{ cencori_api_key: 'csk_a', authorization: 'Bearer csk_a' }, 'csk_a'],
    [{ cencori_api_key: 'csk_a', authorization: 'Bearer eyJ.x.y' }, 'csk_a'],
    [{ cencori_api_key: 'odd', authorization: 'Bearer csk_a' }, 'odd'],
    [{ 'x-api-key': 'csk_a' }, null],
  ])('of %j is %j', (headers, credential) => {
    expect(present(headers)).toBe(credential);
  });

  it('may be x-api-key on messages', () => {
    expect(present({ 'x-api-key': 'csk_a' }, 'anthropic')).toBe('csk_a');
    expect(present({ 'x-api-key': 'csk_a', authorization: 'Bearer sk-ant-1' }, 'anthropic')).toBe('csk_a');
  });

  it.each([
    [{ cencori_api_key: 'csk_a', authorization: 'Bearer csk_b' }],
    [{ cencori_api_key: 'cpk_a', authorization: 'Bearer csk_a' }],
    [{ cencori_api_key: 'csk_a', authorization: 'Bearer ses_a' }],
    [{ cencori_api_key: 'csk_a', 'x-api-key': 'csk_b' }],
    [{ 'x-api-key': 'csk_a', authorization: 'Bearer pat_b' }],
  ])('is refused when there are two of ours: %j', (headers) => {
    expect(() => present(headers, 'anthropic')).toThrow(expect.objectContaining({ code: 'INVALID_API_KEY' }));
  });
});
