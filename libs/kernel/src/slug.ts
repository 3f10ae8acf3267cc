/**
 * The part of a name that can stand in an address: lower-case latin letters and digits joined by single hyphens, accents
 * dropped, at most `max` characters. Empty for a name without any, such as `株式会社`.
 */
export const slugOf = (name: string, max = 40): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, max)
    .replace(/-$/, '');
