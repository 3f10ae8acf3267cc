import type { Migrations } from '@app/platform';

import { AccountReadModel } from './projections/account.read-model.js';
import { SessionReadModel } from './projections/session.read-model.js';
import { Accounts1763700003000 } from './projections/1763700003000-accounts.migration.js';

export { AccountsModule } from './accounts.module.js';
export { SignIn } from './commands/sign-in.js';
export { SignUp } from './commands/sign-up.js';
export type { SignedIn } from './commands/signed-in.js';
export { SessionResolver } from './credentials/sessions.js';
export { accountEvents } from './domain/account.events.js';
export { instanceEvents } from './domain/instance.events.js';
export { instanceOwnersProjection } from './projections/instance-owners.projection.js';
export { signedInPerson } from './http/signed-in-person.js';

export const accountsMigrations: Migrations = [Accounts1763700003000];
export const accountsEntities = [AccountReadModel, SessionReadModel] as const;
