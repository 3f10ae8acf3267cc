import { createHmac, randomBytes } from 'node:crypto';

import { CommandRunner, type CommandTransaction } from '@app/event-store';
import {
  type AccountId,
  type Command,
  type CommandContext,
  INSTANCE_ORGANIZATION,
  parseName,
  uuidOf,
  validationFailed,
} from '@app/kernel';
import { Config, newId, type Secret } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { clientAddress } from '../credentials/client-address.js';
import { PasswordHasher } from '../credentials/password-hasher.js';
import { beginSession } from '../credentials/sessions.js';
import { Throttle } from '../credentials/throttle.js';
import { accountDecider, accountStream } from '../domain/account.decider.js';
import { emailTaken, signUpByInvitationOnly } from '../domain/account.errors.js';
import { type EmailAddress, parseEmail } from '../domain/email.js';
import { INSTANCE_STREAM, instanceDecider } from '../domain/instance.decider.js';
import { parseNewPassword } from '../domain/password.js';
import { AccountQueries } from '../projections/account.queries.js';
import type { SignedIn } from './signed-in.js';

/** A person makes an account of their own and is signed in. */
export class SignUp implements Command {
  constructor(
    readonly data: { readonly email: string; readonly password: Secret; readonly name: string },
    readonly context: CommandContext,
  ) {}
}

interface Newcomer {
  readonly accountId: AccountId;
  readonly email: EmailAddress;
  readonly name: string;
  readonly passwordHash: string;
}

@CommandHandler(SignUp)
export class SignUpHandler implements ICommandHandler<SignUp, SignedIn> {
  constructor(
    private readonly config: Config,
    private readonly throttle: Throttle,
    private readonly hasher: PasswordHasher,
    private readonly runner: CommandRunner,
    private readonly accounts: AccountQueries,
  ) {}

  async execute({ data, context }: SignUp): Promise<SignedIn> {
    if (this.config.signUp === 'invite') throw signUpByInvitationOnly();
    const email = parseEmail(data.email);
    if (email === null) throw validationFailed({ field: 'email', problem: 'is not an e-mail address' });
    const name = parseName('name', data.name);
    const password = parseNewPassword(data.password.reveal(), email);

    const address = clientAddress(context.origin.ip);
    const attempts = this.config.signUpPerMinute;
    await this.throttle.attempt({ purpose: 'sign_up', attempts, seconds: 60, subject: [address] });
    const passwordHash = await this.hasher.hash(password, address);

    const accountId = newId('usr');
    const byThemselves: CommandContext = {
      ...context,
      organizationId: INSTANCE_ORGANIZATION,
      actor: { type: 'user', id: accountId },
    };
    return this.runner.transaction(byThemselves, async (tx) => {
      if (await this.accounts.emailExists(tx.manager, email.key)) throw emailTaken();
      await this.#nameFirstOwner(tx, accountId, byThemselves);
      await this.#create(tx, { accountId, email, name, passwordHash }, byThemselves);
      const token = await beginSession(tx.manager, accountId);
      return { user: { id: accountId, email: email.address, name }, token };
    });
  }

  /** An embedded instance belongs to whoever comes first, unless the operator said whose it is. */
  async #nameFirstOwner(tx: CommandTransaction, accountId: AccountId, context: CommandContext): Promise<void> {
    if (!this.config.embedded || this.config.instanceOwnerEmail !== null) return;
    if (await this.accounts.anyExists(tx.manager)) return;
    await tx.decide(instanceDecider, INSTANCE_STREAM, { data: { accountId }, context });
  }

  /** The person stands in side rows that can be erased; the event has their salted hashes. */
  async #create(tx: CommandTransaction, newcomer: Newcomer, context: CommandContext): Promise<void> {
    const { accountId, email, name, passwordHash } = newcomer;
    const instance = uuidOf(INSTANCE_ORGANIZATION);
    const salt = randomBytes(32);
    await tx.manager.query(
      `insert into accounts (organization_id, account_id, email, email_key, name, salt, created_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [instance, uuidOf(accountId), email.address, email.key, name, salt, tx.now],
    );
    await tx.manager.query(
      `insert into account_passwords (organization_id, account_id, hash, changed_at) values ($1, $2, $3, $4)`,
      [instance, uuidOf(accountId), passwordHash, tx.now],
    );
    const saltedHash = (text: string): string => createHmac('sha256', salt).update(text).digest('hex');
    const data = { accountId, emailHash: saltedHash(email.address), nameHash: saltedHash(name) };
    await tx.decide(accountDecider, accountStream(accountId), { data, context });
  }
}
