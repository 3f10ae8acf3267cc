/** What a caller may order the sandbox to do wrong, in the header `x-sandbox`: `status=503`, `delay=200`, `cut=5`. */
export interface SandboxFaults {
  /** Answers with this status instead of a completion. */
  readonly status: number | null;
  /** Milliseconds to wait before the answer begins. */
  readonly delay: number;
  /** Closes the connection after so many chunks of a stream, or in the middle of an answer that is not streamed. */
  readonly cut: number | null;
}

const NO_FAULTS: SandboxFaults = { status: null, delay: 0, cut: null };
const ORDER = /^(status|delay|cut)=(\d{1,5})$/;
const LONGEST_DELAY = 60_000;

const isAllowed = (name: string, value: number): boolean =>
  (name === 'status' && value >= 400 && value <= 599) || (name === 'delay' && value <= LONGEST_DELAY) || name === 'cut';

/** The orders of a header value, separated by commas; `null` when one of them is not understood. */
export const readFaults = (header: string | undefined): SandboxFaults | null => {
  if (header === undefined || header.trim() === '') return NO_FAULTS;
  const faults = { ...NO_FAULTS };
  for (const order of header.split(',')) {
    const [, name = '', digits = ''] = ORDER.exec(order.trim()) ?? [];
    if (!isAllowed(name, Number(digits))) return null;
    faults[name as keyof SandboxFaults] = Number(digits);
  }
  return faults;
};
