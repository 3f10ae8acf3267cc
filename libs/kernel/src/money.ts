/** Money is an integer of micro-USD (one millionth of a US dollar) everywhere but in answers. */
export type MicroUsd = bigint;

const DECIMAL = /^(?:0|[1-9]\d{0,12})(?:\.\d{1,6})?$/;

/**
 * Micro-USD of a decimal text or a number with at most six decimals, never negative; `null` when it is neither.
 * A number is read through its shortest decimal form, so `0.1` is exactly 100,000.
 */
export const parseUsd = (value: unknown): MicroUsd | null => {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = typeof value === 'number' && Math.abs(value) < 1e-6 && value !== 0 ? value.toFixed(20) : String(value);
  if (!DECIMAL.test(text)) return null;
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
};

/** The decimal USD text of an answer: no trailing zeros, at least two decimals; `1500000` is `"1.50"`. */
export const formatUsd = (amount: MicroUsd): string => {
  const sign = amount < 0n ? '-' : '';
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % 1_000_000n)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${sign}${absolute / 1_000_000n}.${fraction}`;
};
