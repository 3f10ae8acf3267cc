import { accountsEntities } from '@app/accounts';
import { apiKeysEntities } from '@app/api-keys';
import { membersEntities } from '@app/members';
import { organizationsEntities } from '@app/organizations';
import type { Entities } from '@app/platform';
import { projectsEntities } from '@app/projects';
import { providersEntities } from '@app/providers';

/** The read models of all libraries. */
export const entities: Entities = [
  ...accountsEntities,
  ...organizationsEntities,
  ...projectsEntities,
  ...membersEntities,
  ...apiKeysEntities,
  ...providersEntities,
];
