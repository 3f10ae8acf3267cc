import { formatUsd, parseUsd } from './index.js';

describe('money', () => {
  it.each([
    ['0', 0n],
    ['10', 10_000_000n],
    ['0.000001', 1n],
    ['12.5', 12_500_000n],
    [0.1, 100_000n],
    [0.000001, 1n],
    [1e12, 1_000_000_000_000_000_000n],
  ])('reads %p exactly', (value, micro) => expect(parseUsd(value)).toBe(micro));

  it.each([
    '-1',
    '1.0000001',
    '01',
    '1.',
    '.5',
    '1e3',
    ' 1',
    '',
    'NaN',
    -0.5,
    1e-7,
    Infinity,
    NaN,
    null,
    {},
    true,
    '١',
  ])('refuses %p', (value) => expect(parseUsd(value)).toBeNull());

  it.each([
    [0n, '0.00'],
    [1n, '0.000001'],
    [1_500_000n, '1.50'],
    [-20_000n, '-0.02'],
    [10_000_000n, '10.00'],
  ])('writes %p', (micro, text) => expect(formatUsd(micro)).toBe(text));
});
