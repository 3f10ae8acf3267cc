const MAX_LENGTH = 300;
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g;
/** Anything long without a space: keys, tokens, hashes, addresses with a password in them. */
const LONG_WORD = /\S{24,}/g;

/** A text of a library for one log line: what it quotes and what could be a secret is cut out. */
export const foreignText = (text: unknown): string =>
  typeof text === 'string'
    ? text.replace(/\s+/g, ' ').replace(QUOTED, '"…"').replace(LONG_WORD, '…').slice(0, MAX_LENGTH)
    : '';
