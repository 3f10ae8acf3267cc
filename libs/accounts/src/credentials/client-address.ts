import ipaddr from 'ipaddr.js';

/**
 * What counts as one client address: an IPv4 address, or the /64 of an IPv6 one, because whoever has one of those has
 * all of it. Clients without an address (none is known behind a broken proxy) share one.
 */
export const clientAddress = (ip: string | null): string => {
  if (ip === null || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, 4).join(':') : address.toString();
};
