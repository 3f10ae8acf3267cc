const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const YEAR_OF_FOUR_DIGITS = '9999-12-31T23:59:59.999Z'.length;

/** The moment of an RFC 3339 text in UTC with milliseconds; `null` for anything else, also for the 31st of February. */
export const utcMoment = (text: string): string | null => {
  const [, year, month, day] = RFC_3339.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  // The calendar wraps what it does not have into the next month.
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return null;
  const moment = new Date(text).toISOString();
  return moment.length === YEAR_OF_FOUR_DIGITS ? moment : null;
};
