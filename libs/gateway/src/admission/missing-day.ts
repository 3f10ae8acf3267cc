import { isMissingDay } from './database-failure.js';
import type { DatabaseLink } from './database-link.js';
import { DAYS_AHEAD, ENSURE_REQUEST_DAYS } from './request-days.js';

/** Records go into the partition of their day. Where nobody made it in time, the first record makes it. */
export const withRequestDays = async <T>(link: DatabaseLink, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!isMissingDay(error)) throw error;
    await link.query({ text: ENSURE_REQUEST_DAYS, values: [DAYS_AHEAD] });
    return work();
  }
};
