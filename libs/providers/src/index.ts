export { ProviderProbe, type ProbeResult, type ProbeTarget } from './adapters/provider-probe.js';
export { providerConnectionEvents, type ProviderConnectionEvent } from './domain/provider-connection.events.js';
