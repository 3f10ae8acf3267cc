import { clientAddress } from './client-address.js';

describe('client addresses', () => {
  it.each([
    ['203.0.113.7', '::ffff:203.0.113.7'],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
    ['fe80::1%eth0', 'fe80::2'],
    [null, 'nonsense'],
  ])('%j and %j are one', (a, b) => expect(clientAddress(a)).toBe(clientAddress(b)));

  it.each([
    ['203.0.113.7', '203.0.113.8'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['203.0.113.7', null],
  ])('%j and %j are two', (a, b) => expect(clientAddress(a)).not.toBe(clientAddress(b)));
});
