import type { Pool } from 'undici';

import { newId } from '../ids/new-id.js';
import { AddressJudge } from './address-judge.js';
import { Allowances } from './allowances.js';
import { JudgedPools } from './judged-pools.js';
import { parseOutboundUrl } from './outbound-url.js';

const organizationId = newId('org');

describe('kept connections', () => {
  let pools: JudgedPools;
  let judgements = 0;

  const poolOf = (host: string, tenant = organizationId): Promise<Pool> =>
    pools.poolFor(tenant, 'webhooks', parseOutboundUrl(`https://${host}/`));

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    judgements = 0;
    const judge = new AddressJudge(new Allowances({ entries: [], uses: [] }, { production: true }), () => {
      judgements += 1;
      return Promise.resolve(['93.184.216.34']);
    });
    pools = new JudgedPools(judge, { clock: () => performance.now() });
  });

  afterEach(async () => {
    await pools.destroy();
    jest.useRealTimers();
  });

  it('are one pool for one target, and another one for another organization', async () => {
    const [one, again, other] = [await poolOf('a.example'), await poolOf('a.example'), await poolOf('b.example')];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(await poolOf('a.example', newId('org'))).not.toBe(one);
  });

  it('are judged once for calls at the same time, and again after ten seconds', async () => {
    await Promise.all(Array.from({ length: 50 }, () => poolOf('a.example')));
    expect(judgements).toBe(1);
    jest.advanceTimersByTime(9_999);
    await poolOf('a.example');
    expect(judgements).toBe(1);
    jest.advanceTimersByTime(1);
    await poolOf('a.example');
    expect(judgements).toBe(2);
  });

  it('are closed when nobody used them for two minutes, while the others stay', async () => {
    const [idle, busy] = [await poolOf('idle.example'), await poolOf('busy.example')];
    for (let minute = 0; minute < 3; minute += 1) {
      await jest.advanceTimersByTimeAsync(60_000);
      expect(await poolOf('busy.example')).toBe(busy);
    }
    expect([idle.closed, busy.closed]).toEqual([true, false]);
    expect(await poolOf('idle.example')).not.toBe(idle);
  });

  it('can still be used for a moment by a call that was just given them', async () => {
    const pool = await poolOf('a.example');
    await jest.advanceTimersByTimeAsync(120_000);
    expect(await poolOf('a.example')).not.toBe(pool);
    expect(pool.closed).toBe(false);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(pool.closed).toBe(true);
  });

  it('never become more than 5,000: the one unused for longest goes', async () => {
    const first = await poolOf('first.example');
    const second = await poolOf('second.example');
    await poolOf('first.example');
    for (let n = 0; n < 4_999; n += 1) await poolOf(`n${n}.example`);
    expect(await poolOf('first.example')).toBe(first);
    expect(await poolOf('second.example')).not.toBe(second);
  });

  it('are all destroyed at the end, also those that wait to be closed', async () => {
    const [waiting, used] = [await poolOf('waiting.example'), await poolOf('used.example')];
    await jest.advanceTimersByTimeAsync(100_000);
    await poolOf('used.example');
    await jest.advanceTimersByTimeAsync(20_000);
    await pools.destroy();
    expect([waiting.destroyed, used.destroyed]).toEqual([true, true]);
    await jest.advanceTimersByTimeAsync(60_000);
  });
});
