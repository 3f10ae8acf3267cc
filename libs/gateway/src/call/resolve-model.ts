import { DomainError } from '@app/kernel';
import { KNOWN_PROVIDERS, type ModelPrice, priceOfModel, priceOfOwnModel, SANDBOX } from '@app/providers';

import type { Connection, ProjectConfiguration } from './project-configuration.js';

/** The model a call goes to. */
export interface ResolvedModel {
  readonly provider: string;
  /** The provider's own name of it. */
  readonly model: string;
  /** `null`: the built-in sandbox. */
  readonly connection: Connection | null;
  /** `null`: nobody has said what it costs. */
  readonly price: ModelPrice | null;
}

const OWN_PREFIX = 'cencori/';
const DEFAULT_NAMES: readonly string[] = ['', 'auto'];

const notFound = (model: string): DomainError =>
  new DomainError('MODEL_NOT_FOUND', `The model ${JSON.stringify(model)} is not known to this project`, {
    param: 'model',
  });

const notConfigured = (provider: string): DomainError =>
  new DomainError(
    'PROVIDER_NOT_CONFIGURED',
    `The provider ${JSON.stringify(provider)} is not connected to this project`,
    {
      provider,
      param: 'model',
    },
  );

/** Prices entered for the connection come first, then the public ones. */
export const priceAt = ({ provider, models }: Connection, model: string): ModelPrice | null => {
  const own = models.find(({ id }) => id === model);
  return own === undefined ? priceOfModel(provider, model) : priceOfOwnModel(provider, own);
};

/** A name the provider's connection is asked for may be one nobody knows a price of: a fine-tuned model, a new one. */
const atProvider = (configuration: ProjectConfiguration, provider: string, model: string): ResolvedModel | null => {
  if (provider === SANDBOX && configuration.sandbox) {
    const price = priceOfModel(provider, model);
    return price && { provider, model, connection: null, price };
  }
  const connection = configuration.connections.get(provider);
  return connection === undefined || model === ''
    ? null
    : { provider, model, connection, price: priceAt(connection, model) };
};

/** A bare name belongs to the default provider if that has it, else to the first connection by name. */
const byBareName = (configuration: ProjectConfiguration, model: string): ResolvedModel | null => {
  const { connections, defaultProvider } = configuration;
  const preferred = defaultProvider === null ? undefined : connections.get(defaultProvider);
  for (const connection of [...(preferred ? [preferred] : []), ...connections.values()]) {
    const price = priceAt(connection, model);
    if (price !== null) return { provider: connection.provider, model, connection, price };
  }
  return null;
};

const byName = (configuration: ProjectConfiguration, name: string): ResolvedModel => {
  const slash = name.indexOf('/');
  const provider = name.slice(0, Math.max(slash, 0));
  const found = atProvider(configuration, provider, name.slice(slash + 1)) ?? byBareName(configuration, name);
  if (found !== null) return found;
  const seller = KNOWN_PROVIDERS.find((known) => known === provider || priceOfModel(known, name) !== null);
  if (seller !== undefined) throw notConfigured(seller);
  throw notFound(name);
};

const byDefault = (configuration: ProjectConfiguration): ResolvedModel => {
  const { connections, defaultProvider, defaultModel } = configuration;
  if (defaultProvider === null) {
    if (defaultModel !== null) return byName(configuration, defaultModel);
    throw new DomainError('MODEL_NOT_FOUND', 'No model was named and the project has no default model', {
      param: 'model',
    });
  }
  const model = defaultModel ?? connections.get(defaultProvider)?.defaultModel ?? null;
  if (model === null) throw notConfigured(defaultProvider);
  const prefix = `${defaultProvider}/`;
  const found = atProvider(
    configuration,
    defaultProvider,
    model.startsWith(prefix) ? model.slice(prefix.length) : model,
  );
  if (found === null) throw notConfigured(defaultProvider);
  return found;
};

/**
 * `provider/model`, a bare name, or (missing, empty, `auto`) the project's default. Throws MODEL_NOT_FOUND, or
 * PROVIDER_NOT_CONFIGURED where only the connection is missing.
 */
export const resolveModel = (configuration: ProjectConfiguration, requested: string | null): ResolvedModel => {
  const name = (requested ?? '').trim();
  const model = name.startsWith(OWN_PREFIX) ? name.slice(OWN_PREFIX.length) : name;
  return DEFAULT_NAMES.includes(model) ? byDefault(configuration) : byName(configuration, model);
};
