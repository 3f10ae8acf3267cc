import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { parseOutboundUrl } from './outbound-url.js';
import { openPinnedPool } from './pinned-pool.js';

describe('a pinned pool', () => {
  let server: Server;
  let requests = 0;

  beforeEach(async () => {
    requests = 0;
    server = createServer((_, response) => {
      requests += 1;
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  const ask = async (host: string, judged: readonly string[]): Promise<number> => {
    const url = parseOutboundUrl(`http://${host}:${(server.address() as AddressInfo).port}/`);
    const pool = openPinnedPool(url, judged, {});
    try {
      const { statusCode, body } = await pool.request({ path: '/', method: 'GET' });
      await body.dump();
      return statusCode;
    } finally {
      await pool.destroy();
    }
  };

  it('connects to the judged address, whatever the name means elsewhere', async () => {
    expect(await ask('no-such-name.invalid', ['127.0.0.1'])).toBe(200);
  });

  it('sends nothing over a socket that ended at another address than the judged one', async () => {
    // An address in place of a name is connected to as it stands, past every look-up.
    await expect(ask('127.0.0.1', ['93.184.216.34'])).rejects.toMatchObject({
      name: 'OutboundError',
      reason: 'address',
    });
    expect(requests).toBe(0);
  });
});
