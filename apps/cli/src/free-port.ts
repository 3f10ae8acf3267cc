import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { StartError } from '@app/platform';

/** The processes of a launcher that was killed give the port back within this time. */
const LIMIT_MS = 3_000;
const PAUSE_MS = 200;

/** Rejects with the reason when nobody can listen there; said before anything is started. */
export const requireFreePort = async (host: string, port: number): Promise<void> => {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const code = await tryToListen(host, port);
    if (code === null) return;
    if (code !== 'EADDRINUSE')
      throw new StartError(`HOST and PORT: nobody can listen on ${host} port ${port} (${code}).`);
    if (performance.now() > deadline) {
      throw new StartError(`PORT: port ${port} of ${host} is in use; stop what uses it or set another PORT.`);
    }
    await sleep(PAUSE_MS);
  }
};

const tryToListen = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host, port }, () => probe.close(() => resolve(null)));
  });
