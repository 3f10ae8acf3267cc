import type { Migrations } from '@app/platform';

import { Members1763700006000 } from './projections/1763700006000-members.migration.js';
import { MembershipReadModel } from './projections/membership.read-model.js';

export { RolePermissionSource } from './access/role-permission-source.js';
export { MembersModule } from './members.module.js';
export { membershipsProjection } from './projections/memberships.projection.js';

export const membersMigrations: Migrations = [Members1763700006000];
export const membersEntities = [MembershipReadModel] as const;
