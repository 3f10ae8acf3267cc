import type { ProviderFormat } from '../domain/provider-connection.events.js';
import { openaiAdapter } from './openai/openai-adapter.js';
import type { ProviderAdapter } from './provider-adapter.js';

const ADAPTERS: Readonly<Record<ProviderFormat, ProviderAdapter>> = { openai: openaiAdapter };

/** The adapter of a wire protocol. */
export const adapterOf = (format: ProviderFormat): ProviderAdapter => ADAPTERS[format];
