/** RFC 3339 in UTC with milliseconds: the form of every time in an answer, whatever the precision it is stored with. */
export const showTime = (time: Date | string): string => new Date(time).toISOString();
