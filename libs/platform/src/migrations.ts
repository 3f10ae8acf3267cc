import type { MigrationInterface } from 'typeorm';

import { CreateEncryptionTables1763700001000 } from './encryption/migrations/1763700001000-create-encryption-tables.migration.js';

/** Migrations of the platform's own tables, oldest first. */
export const platformMigrations: readonly (new () => MigrationInterface)[] = [CreateEncryptionTables1763700001000];
