import type { MigrationInterface } from 'typeorm';

import { EventStore1763700002000 } from './migrations/1763700002000-event-store.migration.js';

/** Migrations of the event store, oldest first. */
export const eventStoreMigrations: readonly (new () => MigrationInterface)[] = [EventStore1763700002000];
