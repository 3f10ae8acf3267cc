import { isIP, type LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';
import { buildConnector, Pool } from 'undici';

import { OutboundError } from './outbound-error.js';
import type { OutboundUrl } from './outbound-url.js';

const CONNECT_LIMIT_MS = 5_000;

export interface PinnedPoolOptions {
  /** In place of those Node trusts, PEM. */
  readonly certificateAuthorities?: readonly string[];
}

/** One notation for an address, IPv4 also where a dual-stack socket shows it as IPv6. */
const canonical = (address: string): string => ipaddr.process(address).toNormalizedString();

/**
 * Connections to a server at the addresses that were judged and nowhere else: no name is resolved again, and what a
 * socket is really connected to is checked before anything is sent. The certificate is checked against the URL's host,
 * whatever `Host` header a caller sends.
 */
export const openPinnedPool = (url: OutboundUrl, addresses: readonly string[], options: PinnedPoolOptions): Pool => {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  const judged = new Set(addresses.map(canonical));
  // Not called for a host that is an address itself: that one is connected to as it stands, and was judged.
  const lookup: LookupFunction = (_host, { all }, callback) => {
    const [first] = answers;
    if (all === true) callback(null, answers);
    else callback(null, first?.address ?? '', first?.family);
  };
  const connectTo = buildConnector({
    lookup,
    timeout: CONNECT_LIMIT_MS,
    autoSelectFamily: true,
    ...(options.certificateAuthorities ? { ca: [...options.certificateAuthorities] } : {}),
  });
  const connect: buildConnector.connector = (request, callback) => {
    const servername = isIP(url.host) === 0 ? url.host : undefined;
    connectTo({ ...request, host: url.host, servername }, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const { remoteAddress } = socket;
      if (remoteAddress !== undefined && judged.has(canonical(remoteAddress))) return callback(null, socket);
      socket.destroy();
      // Without an address it was closed between the connection and here.
      callback(new OutboundError(remoteAddress === undefined ? 'unreachable' : 'address'), null);
    });
  };
  return new Pool(url.origin, { connect });
};
