import { instantOf } from './instant.js';

describe('an instant', () => {
  it.each([
    [1_795_176_000_123_456n, '2026-11-20T12:00:00.123456Z'],
    [1_795_176_000_000_001n, '2026-11-20T12:00:00.000001Z'],
    [1_795_176_000_999_999n, '2026-11-20T12:00:00.999999Z'],
  ])('keeps every microsecond of %s', (micros, text) => {
    expect(instantOf(micros)).toBe(text);
  });
});
