import { setImmediate as tick } from 'node:timers/promises';

import { OrganizationTurns } from './organization-turns.js';

describe('turns of organizations', () => {
  it('runs one piece of work of an organization at a time, in the order it was asked, and others beside it', async () => {
    const turns = new OrganizationTurns();
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} begins`);
      await tick();
      steps.push(`${name} ends`);
      return name;
    };
    const all = [turns.take('a', work('a1')), turns.take('a', work('a2')), turns.take('b', work('b1'))];
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b1']);
    expect(steps.filter((step) => step.startsWith('a'))).toEqual(['a1 begins', 'a1 ends', 'a2 begins', 'a2 ends']);
    expect(steps.indexOf('b1 begins')).toBeLessThan(steps.indexOf('a1 ends'));
  });

  it('goes on after work that failed', async () => {
    const turns = new OrganizationTurns();
    const failed = turns.take('a', () => Promise.reject(new Error('refused')));
    const next = turns.take('a', () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('refused');
    await expect(next).resolves.toBe('done');
  });
});
