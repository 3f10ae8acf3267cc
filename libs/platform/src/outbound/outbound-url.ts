import { OutboundError } from './outbound-error.js';

const LONGEST_URL = 2_048;
/** The URL parser drops or turns these; an address that needs them is a trick or a slip of the hand. */
const SUSPECT = /[\s\p{Cc}\\]/u;
const WITH_USER = /^[^/?#]*\/*[^/?#]*@/;

/** A customer's address, read once: everything later uses these values and never the text. */
export interface OutboundUrl {
  readonly secure: boolean;
  /** Lower case, punycode, IPv6 without brackets; odd notations of IPv4 are already `127.0.0.1`. */
  readonly host: string;
  readonly port: number;
  /** Scheme, host and port: what a stored secret is bound to. */
  readonly origin: string;
  /** With the query, without the fragment. */
  readonly path: string;
}

/** Not by `URL.canParse`: once optimised, the one of Node 20 refuses good addresses with letters such as `ü`. */
export const urlOf = (text: string): URL | null => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};

/** Throws `OutboundError` when the text is no plain http or https address. Says nothing about whether it may be called. */
export const parseOutboundUrl = (text: string): OutboundUrl => {
  const url = text.length > LONGEST_URL || SUSPECT.test(text) ? null : urlOf(text);
  if (url === null) throw new OutboundError('address');
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const fits =
    (secure || url.protocol === 'http:') &&
    !WITH_USER.test(text) &&
    // A trailing dot names the same host a second time, past exact comparisons and the name in a certificate.
    !host.endsWith('.') &&
    port !== 0;
  if (!fits) throw new OutboundError('address');
  return { secure, host, port, origin: url.origin, path: url.pathname + url.search };
};
