import type { Migrations } from '@app/platform';

import { AdmissionState1763700009000 } from './projections/1763700009000-admission-state.migration.js';
import { Calls1763700009001 } from './projections/1763700009001-calls.migration.js';
import { AdmitCalls1763700009002 } from './projections/1763700009002-admit-calls.migration.js';
import { SettleCalls1763700009003 } from './projections/1763700009003-settle-calls.migration.js';
import { NodesAndFeed1763700009004 } from './projections/1763700009004-nodes-and-feed.migration.js';

export const gatewayMigrations: Migrations = [
  AdmissionState1763700009000,
  Calls1763700009001,
  AdmitCalls1763700009002,
  SettleCalls1763700009003,
  NodesAndFeed1763700009004,
];
