import { utcMoment } from './expiry.js';

describe('an expiry', () => {
  it.each([
    ['2027-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['2027-01-01T01:30:00.123456789+01:30', '2027-01-01T00:00:00.123Z'],
    ['2028-02-29T23:59:59-00:01', '2028-03-01T00:00:59.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is the moment %s', (text, moment) => expect(utcMoment(text)).toBe(moment));

  it.each([
    '',
    '2027-01-01',
    '2027-01-01T00:00:00',
    '2027-01-01 00:00:00Z',
    '2027-02-31T00:00:00Z',
    '2027-13-01T00:00:00Z',
    '2027-01-00T00:00:00Z',
    '2027-01-01T24:00:00Z',
    '2027-01-01T00:00:60Z',
    '2027-01-01T00:00:00+24:00',
    '+012027-01-01T00:00:00Z',
    '2027-01-01T00:00:00Z\n',
    'tomorrow',
  ])('is not %j', (text) => expect(utcMoment(text)).toBeNull());

  it('never leaves the years that four digits can write', () => {
    expect(utcMoment('9999-12-31T23:59:59-12:00')).toBeNull();
    expect(utcMoment('0000-01-01T00:00:00+12:00')).toBeNull();
  });
});
