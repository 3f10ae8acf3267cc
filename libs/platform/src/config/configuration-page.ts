import { RESERVED, VARIABLES } from './variables.js';

const NOT_FOR_OPERATORS = 'EMBEDDED';

/** Pads like the formatter does, so that the page is the same however it was written. */
const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const padded = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [padded[0] ?? [], rule, ...padded.slice(1)].map((cells) => `| ${cells.join(' | ')} |`);
};

/** The text of `docs/configuration.md`, made from the definitions that are read. */
export const configurationPage = (): string =>
  [
    '# Configuration',
    '',
    'Every process reads its environment once, at its start. A wrong value stops the start with a message that names the',
    'variable and never shows the value. An empty variable counts as unset.',
    '',
    ...table([
      ['Variable', 'Meaning', 'When unset'],
      ...Object.entries(VARIABLES)
        .filter(([name]) => name !== NOT_FOR_OPERATORS)
        .map(([name, { meaning, fallback }]) => [`\`${name}\``, meaning, fallback]),
    ]),
    '',
    '## Production',
    '',
    '`NODE_ENV=production` does not start without `DATABASE_URL`, `ENCRYPTION_KEYS` and `KEY_PEPPERS`, nor with keys that are',
    'not random or are named as ones for development, tests or examples. `openssl rand -base64 32` makes a key.',
    '',
    '## Reserved',
    '',
    'These have a fixed meaning that this release does not use yet. A start with one of them set logs a warning; where',
    'an operator would rely on a protection that is not there, it is refused.',
    '',
    ...RESERVED.map(({ shown, refused }) => `- \`${shown}\`${refused === undefined ? '' : ` (refused: ${refused})`}`),
    '',
  ].join('\n');
