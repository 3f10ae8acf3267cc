import { accountsMigrations } from '@app/accounts';
import { apiKeysMigrations } from '@app/api-keys';
import { eventStoreMigrations } from '@app/event-store';
import { gatewayMigrations } from '@app/gateway';
import { membersMigrations } from '@app/members';
import { organizationsMigrations } from '@app/organizations';
import { type Migrations, platformMigrations } from '@app/platform';
import { projectsMigrations } from '@app/projects';
import { providersMigrations } from '@app/providers';

/** The migrations of all libraries, in the order of the dependency arrows. */
export const migrations: Migrations = [
  ...platformMigrations,
  ...eventStoreMigrations,
  ...accountsMigrations,
  ...organizationsMigrations,
  ...projectsMigrations,
  ...membersMigrations,
  ...apiKeysMigrations,
  ...providersMigrations,
  ...gatewayMigrations,
];
