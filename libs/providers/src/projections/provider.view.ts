import { formatUsd } from '@app/kernel';

import { knownProvider } from '../domain/known-providers.js';
import type { OwnModel, ProviderFormat } from '../domain/provider-connection.events.js';
import type { ProviderConnectionReadModel } from './provider-connection.read-model.js';

export interface OwnModelView {
  readonly id: string;
  readonly inputUsdPerMillion: string;
  readonly outputUsdPerMillion: string;
}

/** A provider of a project as answers show it. */
export interface ProviderView {
  readonly provider: string;
  readonly status: 'enabled' | 'disabled';
  readonly credentialSource: 'byok' | 'none';
  readonly keyHint: string | null;
  readonly defaultModel: string | null;
  readonly baseUrl: string | null;
  readonly isDefault: boolean;
  readonly format: ProviderFormat;
  readonly models: readonly OwnModelView[];
}

const modelViewOf = ({ id, inputMicroUsdPerMillion, outputMicroUsdPerMillion }: OwnModel): OwnModelView => ({
  id,
  inputUsdPerMillion: formatUsd(BigInt(inputMicroUsdPerMillion)),
  outputUsdPerMillion: formatUsd(BigInt(outputMicroUsdPerMillion)),
});

export const connectionViewOf = (row: ProviderConnectionReadModel, defaultProvider: string | null): ProviderView => ({
  provider: row.provider,
  status: row.enabled ? 'enabled' : 'disabled',
  credentialSource: 'byok',
  keyHint: row.keyHint,
  defaultModel: row.defaultModel,
  baseUrl: row.baseUrl,
  isDefault: row.provider === defaultProvider,
  format: row.format,
  models: row.models.map(modelViewOf),
});

/** A provider that is known without a connection: the sandbox works like that, every other one waits for its key. */
export const builtInViewOf = (provider: string, defaultProvider: string | null): ProviderView => {
  const known = knownProvider(provider);
  return {
    provider,
    status: known === undefined ? 'enabled' : 'disabled',
    credentialSource: 'none',
    keyHint: null,
    defaultModel: null,
    baseUrl: known?.baseUrl ?? null,
    isDefault: provider === defaultProvider,
    format: known?.format ?? 'openai',
    models: [],
  };
};
