import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

import { HashingQueue } from './hashing-queue.js';

/**
 * argon2id as OWASP's password storage sheet has it: 19 MiB, two passes, one lane. The stored text names its own
 * parameters, so raising them later leaves older hashes readable.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Makes and checks password hashes, two at a time; `address` is whom the work is done for. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  readonly #queue = new HashingQueue();
  #hashOfNobody = '';

  async onModuleInit(): Promise<void> {
    this.#hashOfNobody = await hash('the password of nobody', PARAMETERS);
  }

  hash(password: string, address: string): Promise<string> {
    return this.#queue.run(address, () => hash(password, PARAMETERS));
  }

  /** Takes the same time without a hash or a possible password, so that time does not tell which accounts exist. */
  verify(passwordHash: string | null, password: string | null, address: string): Promise<boolean> {
    return this.#queue.run(address, async () => {
      const matches = await verify(passwordHash ?? this.#hashOfNobody, password ?? '');
      return matches && passwordHash !== null && password !== null;
    });
  }
}
