/** RFC 3339, UTC, microseconds, of microseconds since 1970: PostgreSQL's resolution, which `Date` does not have. */
export const instantOf = (micros: bigint): string => {
  const seconds = new Date(Number(micros / 1_000n)).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  return `${seconds}.${(micros % 1_000_000n).toString().padStart(6, '0')}Z`;
};
