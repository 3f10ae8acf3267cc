import type { Migrations } from '@app/platform';

import { ApiKeys1763700007000 } from './projections/1763700007000-api-keys.migration.js';
import { ApiKeyReadModel } from './projections/api-key.read-model.js';

export { ApiKeyPrincipalResolver } from './access/api-key-principal-resolver.js';
export { ApiKeyRecognizer, type RecognizedKey } from './access/api-key-recognizer.js';
export { ApiKeysModule } from './api-keys.module.js';
export { type ApiKeyEvent, apiKeyEvents } from './domain/api-key.events.js';
export { apiKeysProjection } from './projections/api-keys.projection.js';

export const apiKeysMigrations: Migrations = [ApiKeys1763700007000];
export const apiKeysEntities = [ApiKeyReadModel] as const;
