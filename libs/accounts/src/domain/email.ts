export interface EmailAddress {
  /** As its owner writes it, trimmed and in normal form C: mail goes here. */
  readonly address: string;
  /** What makes two spellings the same account: lower case, domain in its ASCII form. */
  readonly key: string;
}

const MAX_LENGTH = 254;
const PARTS = /^([^\s@\p{C}]{1,64})@((?:[\p{L}\p{N}\p{M}-]+\.)+[\p{L}\p{N}\p{M}-]+)$/u;
/** No address of a machine: those end in a number. */
const TOP_LEVEL_DOMAIN = /\.[a-z][a-z0-9-]+$/;

/**
 * `null` for a text no mail can go to. Dots and `+tags` are kept: what they mean is the business of the mail provider,
 * and two people must never share an account by our guess.
 */
export const parseEmail = (text: string): EmailAddress | null => {
  const address = text.normalize('NFC').trim();
  const [, local, domain] = PARTS.exec(address) ?? [];
  if (local === undefined || domain === undefined || address.length > MAX_LENGTH) return null;
  const url = `https://${domain}`;
  const asciiDomain = URL.canParse(url) ? new URL(url).hostname : '';
  return TOP_LEVEL_DOMAIN.test(asciiDomain) ? { address, key: `${local.toLowerCase()}@${asciiDomain}` } : null;
};
