import { inspect } from 'node:util';

const MASK = '[secret]';

/** A plaintext secret in memory. However it is printed, joined, logged or serialized, it shows a fixed mask. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plaintext, for the one line that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
