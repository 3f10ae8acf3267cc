import { idOf, isId, parseId, uuidOf } from './index.js';

describe('ids', () => {
  it.each([
    ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000'],
    ['00000000-0000-0000-0000-000000000001', '00000000000000000000000001'],
    ['00000000-0000-0000-0000-00000000000a', '0000000000000000000000000a'],
    ['00000000-0000-0000-0000-000000000020', '00000000000000000000000010'],
    ['ffffffff-ffff-ffff-ffff-ffffffffffff', '7zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['01890a5d-ac96-774b-bcce-b302099a8057', '01h455vb4pex5vsknk084sn02q'],
  ])('agrees with the published TypeID vectors: %s', (uuid, suffix) => {
    expect(idOf('prj', uuid)).toBe(`prj_${suffix}`);
    expect(uuidOf(parseId('prj', `prj_${suffix}`))).toBe(uuid);
  });

  it.each([
    'prj_',
    'prj',
    '',
    'key_01h455vb4pex5vsknk084sn02q',
    'prj_01H455VB4PEX5VSKNK084SN02Q',
    'prj_81h455vb4pex5vsknk084sn02q',
    'prj_01h455vb4pex5vsknk084sn02',
    'prj_01h455vb4pex5vsknk084sn02qq',
    'prj_01h455vb4pex5vsknk084sn0il',
    'prj_01h455vb4pex5vsknk084sn02q\n',
    null,
    7,
    ['prj_01h455vb4pex5vsknk084sn02q'],
  ])('answers a malformed id like an unknown one: %j', (text) => {
    expect(isId('prj', text)).toBe(false);
    expect(() => parseId('prj', text)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
