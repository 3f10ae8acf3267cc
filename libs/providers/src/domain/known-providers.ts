import { DomainError } from '@app/kernel';

import type { ProviderFormat } from './provider-connection.events.js';

interface KnownProvider {
  readonly format: ProviderFormat;
  readonly baseUrl: string;
}

/** Providers whose address needs no telling. */
const KNOWN: ReadonlyMap<string, KnownProvider> = new Map([
  ['openai', { format: 'openai', baseUrl: 'https://api.openai.com/v1' }],
]);

/** The provider inside this process: no credential, nothing to set. */
export const SANDBOX = 'sandbox';

/** Words that mean something of ours where a model is named. */
const RESERVED: ReadonlySet<string> = new Set([SANDBOX, 'cencori']);

export const knownProvider = (provider: string): KnownProvider | undefined => KNOWN.get(provider);

export const KNOWN_PROVIDERS: readonly string[] = [...KNOWN.keys()];

/** CONFLICT for names that nobody may give to a connection. */
export const requireFreeName = (provider: string): void => {
  if (RESERVED.has(provider))
    throw new DomainError('CONFLICT', `The provider ${provider} is built in and cannot be changed.`);
};
