import { startOf, timeOfUuid, windowsBack, windowsForward } from './day-windows.js';

const time = (text: string): number => Date.parse(text);

/** Days of all windows, in their order; the open end is a `null`. */
const spans = (windows: Iterable<{ from: string; to: string | null }>) =>
  [...windows].map(({ from, to }) => [from, to]);

describe('windows of days', () => {
  it('go back without a gap, grow, and end at the oldest day', () => {
    expect(spans(windowsBack(time('2026-11-21T10:00:00Z'), time('2026-11-05T23:59:00Z')))).toEqual([
      ['2026-11-20', null],
      ['2026-11-16', '2026-11-19'],
      ['2026-11-08', '2026-11-15'],
      ['2026-11-05', '2026-11-07'],
    ]);
  });

  it('go forward without a gap, grow, and leave the newest end open', () => {
    expect(spans(windowsForward(time('2026-11-05T23:59:00Z'), time('2026-11-13T00:00:00Z')))).toEqual([
      ['2026-11-05', '2026-11-06'],
      ['2026-11-07', '2026-11-10'],
      ['2026-11-11', null],
    ]);
  });

  it('never hold more than 32 days, however long the way', () => {
    const windows = [...windowsBack(time('2026-11-21T00:00:00Z'), time('2020-01-01T00:00:00Z'))];
    expect(windows.length).toBeLessThan(85);
    expect(windows.at(-1)?.from).toBe('2020-01-01');
  });

  it('are one open window when the oldest is newer than the newest, and none to look forward from the future', () => {
    expect(spans(windowsBack(time('2026-11-21T00:00:00Z'), time('2026-12-01T00:00:00Z')))).toEqual([
      ['2026-12-01', null],
    ]);
    expect(spans(windowsForward(time('2026-12-01T00:00:00Z'), time('2026-11-21T00:00:00Z')))).toEqual([]);
  });

  it('begin at midnight, in the form times are compared in', () => {
    expect(startOf({ from: '2026-11-20', to: null })).toBe('2026-11-20T00:00:00.000000Z');
  });
});

it('reads the time of a UUIDv7', () => {
  expect(timeOfUuid('01936d3e-5c80-7000-8000-000000000000')).toBe(0x01936d3e5c80);
});
