import { accountEvents, instanceEvents, instanceOwnersProjection } from '@app/accounts';
import { apiKeyEvents, apiKeysProjection } from '@app/api-keys';
import type { EventStoreOptions } from '@app/event-store';
import { admissionRowsProjection } from '@app/gateway';
import { membershipsProjection } from '@app/members';
import { organizationEvents, organizationsProjection } from '@app/organizations';
import { projectEvents, projectsProjection } from '@app/projects';
import { providerConnectionEvents, providerConnectionsProjection } from '@app/providers';

/** Every event that may be stored, and the read models written in the transaction of their events, in their order. */
export const eventStoreOptions: EventStoreOptions = {
  events: [instanceEvents, accountEvents, organizationEvents, projectEvents, apiKeyEvents, providerConnectionEvents],
  inlineProjections: [
    instanceOwnersProjection,
    organizationsProjection,
    membershipsProjection,
    projectsProjection,
    apiKeysProjection,
    providerConnectionsProjection,
    admissionRowsProjection,
  ],
};
