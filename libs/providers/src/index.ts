import type { Migrations } from '@app/platform';

import { ProviderConnections1763700008000 } from './projections/1763700008000-provider-connections.migration.js';
import { ProviderConnectionReadModel } from './projections/provider-connection.read-model.js';

export { adapterOf } from './adapters/adapter-of.js';
export { EventStreamParser, EventTooLarge, type StreamEvent } from './adapters/event-stream.js';
export {
  isJsonArray,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  JsonRefused,
  type JsonValue,
  readJson,
  writeJson,
} from './adapters/exact-json.js';
export type {
  ChatAnswer,
  Generated,
  ProviderAdapter,
  ProviderRequest,
  StreamPart,
  TokenUsage,
} from './adapters/provider-adapter.js';
export {
  InvalidAnswer,
  providerError,
  ProviderFailed,
  type ProviderFailure,
  providerTimeout,
} from './adapters/provider-failure.js';
export { urlOf } from './adapters/url-of.js';
export { KNOWN_PROVIDERS, SANDBOX } from './domain/known-providers.js';
export {
  type OwnModel,
  providerConnectionEvents,
  type ProviderConnectionEvent,
  type ProviderFormat,
} from './domain/provider-connection.events.js';
export {
  type Encoding,
  type ModelPrice,
  pricedModels,
  priceOfModel,
  priceOfOwnModel,
} from './price-book/price-book.js';
export { costOf, mostCost } from './price-book/pricing.js';
export { type ActiveConnection, ProviderQueries } from './projections/provider.queries.js';
export { providerConnectionsProjection } from './projections/provider-connections.projection.js';
export { ProvidersModule } from './providers.module.js';
export { Sandbox } from './sandbox/sandbox.js';

export const providersMigrations: Migrations = [ProviderConnections1763700008000];
export const providersEntities = [ProviderConnectionReadModel] as const;
