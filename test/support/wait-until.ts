import { setTimeout as sleep } from 'node:timers/promises';

/** A wait with a generous end: what it waits for is a promise of the product, how long it takes is not measured. */
export const waitUntil = async (holds: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> => {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await sleep(20);
  }
};
