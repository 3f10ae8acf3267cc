import { HashingQueue } from './hashing-queue.js';

/** Work that ends when told to, and the number of its kind that ran at once. */
const stage = () => {
  const finish: (() => void)[] = [];
  let running = 0;
  let most = 0;
  return {
    work: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
    },
    finishAll: async () => {
      for (let quiet = 0; quiet < 3; quiet += 1) {
        while (finish.length > 0) {
          finish.shift()?.();
          quiet = 0;
        }
        await new Promise(setImmediate);
      }
    },
    most: () => most,
  };
};

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

describe('the hashing queue', () => {
  it('never works on more than two at once and leaves nothing undone', async () => {
    const queue = new HashingQueue();
    const { work, finishAll, most } = stage();
    const outcomes = Array.from({ length: 20 }, () => outcome(queue.run('a', work)));
    await finishAll();
    expect(await Promise.all(outcomes)).toEqual(Array(20).fill('done'));
    expect(most()).toBe(2);
  });

  it('refuses what one address asks beyond its share, and still serves others', async () => {
    const queue = new HashingQueue();
    const { work, finishAll } = stage();
    const flood = Array.from({ length: 40 }, () => outcome(queue.run('a', work)));
    const other = outcome(queue.run('b', work));
    await finishAll();
    expect((await Promise.all(flood)).filter((result) => result === 'SERVICE_UNAVAILABLE')).toHaveLength(6);
    expect(await other).toBe('done');
  });

  it('refuses at once what all addresses together ask beyond its length', async () => {
    const queue = new HashingQueue();
    const { work, finishAll } = stage();
    const flood = Array.from({ length: 140 }, (_, i) => outcome(queue.run(`address ${i}`, work)));
    await finishAll();
    const refused = (await Promise.all(flood)).map((result, i) => [i, result] as const);
    expect(refused.filter(([, result]) => result !== 'done').map(([i]) => i)).toEqual(
      Array.from({ length: 10 }, (_, i) => 130 + i),
    );
  });

  it('goes on after work that fails', async () => {
    const queue = new HashingQueue();
    const failures = await Promise.allSettled(
      Array.from({ length: 5 }, () => queue.run('a', () => Promise.reject(new Error('no memory')))),
    );
    expect(failures.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    await expect(queue.run('a', () => Promise.resolve('served'))).resolves.toBe('served');
  });
});
