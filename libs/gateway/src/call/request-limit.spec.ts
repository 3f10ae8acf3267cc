import { DomainError } from '@app/kernel';

import type { RateState } from '../admission/admission.js';
import { RequestLimit } from './request-limit.js';

describe('limit of routes without a record', () => {
  it('lets 60 requests of a key through in a minute, and the next minute again', () => {
    const limit = new RequestLimit();
    const states: RateState[] = [];
    const count = (key: string, now: number) => limit.count(key, (rate) => states.push(rate), now);
    for (let i = 0; i < 60; i += 1) count('a', 60_000 + i);
    expect(states.at(-1)).toEqual({ limit: 60, remaining: 0, resetAt: 120_000 });
    expect(() => count('a', 90_500)).toThrow(DomainError);
    expect(states.at(-1)).toEqual({ limit: 60, remaining: 0, resetAt: 120_000 });
    count('b', 90_500);
    count('a', 120_000);
    expect(states.at(-1)).toEqual({ limit: 60, remaining: 59, resetAt: 180_000 });
  });
});
