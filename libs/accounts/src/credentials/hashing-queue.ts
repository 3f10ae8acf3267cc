import { passwordsBusy } from '../domain/account.errors.js';

/** Each hash holds a core and 19 MiB: two leave the other threads of libuv to files and names. */
const AT_ONCE = 2;
/** About two seconds of work. */
const MAX_WAITING = 128;
/** So that a flood from one address leaves places to the others. */
const MAX_WAITING_OF_ONE = 32;

/** Bounds what password hashing may take from the node: work beyond the queue is refused at once, not delayed. */
export class HashingQueue {
  #working = 0;
  readonly #waiting: { readonly address: string; readonly start: () => void }[] = [];

  async run<Result>(address: string, work: () => Promise<Result>): Promise<Result> {
    await this.#turn(address);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#working -= 1;
      else next.start();
    }
  }

  /** Resolves when a place is free; a finished worker hands its place to the first in the queue. */
  #turn(address: string): Promise<void> {
    if (this.#working < AT_ONCE) {
      this.#working += 1;
      return Promise.resolve();
    }
    const ofThisAddress = this.#waiting.filter((waiting) => waiting.address === address).length;
    if (this.#waiting.length >= MAX_WAITING || ofThisAddress >= MAX_WAITING_OF_ONE) {
      return Promise.reject(passwordsBusy());
    }
    return new Promise((start) => this.#waiting.push({ address, start }));
  }
}
