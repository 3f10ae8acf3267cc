import { Injectable } from '@nestjs/common';
import { DomainError } from '@app/kernel';

import type { RateState } from '../admission/admission.js';

const WINDOW_MS = 60_000;
const LIMIT = 60;
/** Keys remembered at a time; all but those of the present minute are forgotten first. */
const MOST_KEYS = 100_000;

interface Window {
  readonly endsAt: number;
  count: number;
}

/**
 * The limit of routes that make no record and cost nothing: 60 a minute for each key, in whole minutes, counted by
 * every process for itself.
 */
@Injectable()
export class RequestLimit {
  private readonly windows = new Map<string, Window>();

  /** Counts a request; throws RATE_LIMIT_EXCEEDED. `onRate` is told the state in both cases. */
  count(key: string, onRate: (rate: RateState) => void, now: number = Date.now()): void {
    const window = this.windowOf(key, now);
    window.count += 1;
    const rate = { limit: LIMIT, remaining: Math.max(LIMIT - window.count, 0), resetAt: window.endsAt };
    onRate(rate);
    if (window.count <= LIMIT) return;
    const retryAfter = Math.ceil((window.endsAt - now) / 1_000);
    throw new DomainError('RATE_LIMIT_EXCEEDED', undefined, { ...rate, retryAfter });
  }

  private windowOf(key: string, now: number): Window {
    const known = this.windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    if (this.windows.size >= MOST_KEYS) this.forget(now);
    const window = { endsAt: (Math.floor(now / WINDOW_MS) + 1) * WINDOW_MS, count: 0 };
    this.windows.set(key, window);
    return window;
  }

  private forget(now: number): void {
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
    if (this.windows.size >= MOST_KEYS) this.windows.clear();
  }
}
