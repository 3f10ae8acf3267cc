const DAY_MS = 86_400_000;
/** A statement opens every partition of its window, so windows grow but not without end. */
const LARGEST_WINDOW = 32;

/** Consecutive UTC days, both included; without `to` the newest there are. */
export interface DayWindow {
  readonly from: string;
  readonly to: string | null;
}

const dayNumber = (time: number): number => Math.floor(time / DAY_MS);
const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The window's first instant, in the form of `created_at`. */
export const startOf = ({ from }: DayWindow): string => `${from}T00:00:00.000000Z`;

/** Two days, then four, eight …, back from `newest` to the day of `oldest` (times in milliseconds). */
export function* windowsBack(newest: number, oldest: number): Generator<DayWindow> {
  const floor = dayNumber(oldest);
  let to: number | null = null;
  let next = Math.max(dayNumber(newest), floor);
  for (let size = 2; next >= floor; size = Math.min(size * 2, LARGEST_WINDOW)) {
    const from = Math.max(next - size + 1, floor);
    yield { from: dayText(from), to: to === null ? null : dayText(to) };
    to = from - 1;
    next = to;
  }
}

/** The same windows the other way, from the day of `oldest` on. */
export function* windowsForward(oldest: number, newest: number): Generator<DayWindow> {
  const last = dayNumber(newest);
  let from = dayNumber(oldest);
  for (let size = 2; from <= last; size = Math.min(size * 2, LARGEST_WINDOW)) {
    const to = from + size - 1;
    yield { from: dayText(from), to: to >= last ? null : dayText(to) };
    from = to + 1;
  }
}

/** Milliseconds in the first 48 bits of a UUIDv7. */
export const timeOfUuid = (uuid: string): number => Number.parseInt(uuid.slice(0, 13).replace('-', ''), 16);
