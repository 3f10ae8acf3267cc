import { SharedReads } from './shared-reads.js';

const transaction = {};

describe('readings of one transaction', () => {
  it('that ask for the same thing at the same time share one', async () => {
    const reads = new SharedReads<object, number>();
    let count = 0;
    const read = (): Promise<number> => Promise.resolve((count += 1));
    const answers = await Promise.all(Array.from({ length: 100 }, () => reads.share(transaction, 'key', read)));
    expect(new Set(answers)).toEqual(new Set([1]));
  });

  it('are made again once the answer is there', async () => {
    const reads = new SharedReads<object, number>();
    let count = 0;
    const read = (): Promise<number> => Promise.resolve((count += 1));
    expect([await reads.share(transaction, 'key', read), await reads.share(transaction, 'key', read)]).toEqual([1, 2]);
  });

  it('follow one another and go on after one of them failed', async () => {
    const reads = new SharedReads<object, number>();
    let running = 0;
    const read = (value: number) => async (): Promise<number> => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      running -= 1;
      if (value === 2) throw new Error('lost');
      return value;
    };
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => reads.share(transaction, String(n), read(n))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('are never shared between transactions', async () => {
    const reads = new SharedReads<object, string>();
    const answers = await Promise.all([
      reads.share({}, 'key', () => Promise.resolve('one')),
      reads.share({}, 'key', () => Promise.resolve('two')),
    ]);
    expect(answers).toEqual(['one', 'two']);
  });
});
