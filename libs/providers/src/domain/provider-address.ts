import { validationFailed } from '@app/kernel';

import { knownProvider } from './known-providers.js';
import type { ProviderFormat } from './provider-connection.events.js';

export interface ProviderAddress {
  readonly format: ProviderFormat;
  readonly baseUrl: string;
}

/** Where a provider is: as it was told, else where a known one is. */
export const addressOf = (
  provider: string,
  told: { readonly baseUrl?: string; readonly format?: ProviderFormat },
): ProviderAddress => {
  const known = knownProvider(provider);
  const baseUrl = told.baseUrl ?? known?.baseUrl;
  if (baseUrl === undefined) {
    throw validationFailed({ field: 'baseUrl', problem: 'is required for a provider that is not built in' });
  }
  return { format: told.format ?? known?.format ?? 'openai', baseUrl };
};
