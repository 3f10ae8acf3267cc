import { type Command, type CommandContext, INSTANCE_ORGANIZATION } from '@app/kernel';
import { Database, type Secret } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { clientAddress } from '../credentials/client-address.js';
import { PasswordHasher } from '../credentials/password-hasher.js';
import { beginSession } from '../credentials/sessions.js';
import { type Limit, Throttle } from '../credentials/throttle.js';
import { wrongCredentials } from '../domain/account.errors.js';
import { type EmailAddress, parseEmail } from '../domain/email.js';
import { normalPassword } from '../domain/password.js';
import { AccountQueries, type SignInRecord } from '../projections/account.queries.js';
import type { SignedIn } from './signed-in.js';

/** Somebody claims an account by its password. */
export class SignIn implements Command {
  constructor(
    readonly data: { readonly email: string; readonly password: Secret },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SignIn)
export class SignInHandler implements ICommandHandler<SignIn, SignedIn> {
  constructor(
    private readonly throttle: Throttle,
    private readonly hasher: PasswordHasher,
    private readonly database: Database,
    private readonly accounts: AccountQueries,
  ) {}

  async execute({ data, context }: SignIn): Promise<SignedIn> {
    const email = parseEmail(data.email);
    const address = clientAddress(context.origin.ip);
    const failures = failuresOf(email?.key ?? '', address);
    await this.throttle.attempt(failures);

    const account = await this.#verified(email, data.password, address, failures);
    if (account === null) throw wrongCredentials();
    const token = await this.database.inOrganization(INSTANCE_ORGANIZATION, async (tx) => {
      await this.throttle.clear(tx, failures);
      return beginSession(tx, account.accountId);
    });
    return { user: { id: account.accountId, email: account.email, name: account.name }, token };
  }

  /** Does the same work whether or not the account exists. */
  async #verified(
    email: EmailAddress | null,
    password: Secret,
    address: string,
    failures: Limit,
  ): Promise<SignInRecord | null> {
    try {
      const account = await this.database.inOrganization(INSTANCE_ORGANIZATION, (tx) =>
        this.accounts.signInRecord(tx, email?.key ?? ''),
      );
      const matches = await this.hasher.verify(
        account?.passwordHash ?? null,
        normalPassword(password.reveal()),
        address,
      );
      return matches ? account : null;
    } catch (error) {
      await this.throttle.giveBack(failures);
      throw error;
    }
  }
}

/** By account and address together: whoever tries from elsewhere cannot lock the owner out. */
const failuresOf = (emailKey: string, address: string): Limit => ({
  purpose: 'sign_in',
  attempts: 10,
  seconds: 15 * 60,
  subject: [emailKey, address],
});
