import type { Secret } from '../encryption/secret.js';

/** Named keys, newest first: the first one writes, all of them read. */
export type KeyRing = readonly { readonly id: string; readonly key: Secret }[];

/** A network (`10.0.0.0/8`) or exact `host:port` that customers' addresses may reach beside public unicast. */
export interface OutboundAllowance {
  readonly entries: readonly string[];
  readonly uses: readonly ('providers' | 'webhooks' | 'exports')[];
}

/** The one validated configuration object, read once at start; `docs/configuration.md` describes every variable. */
export abstract class Config {
  /** Embedded: `npm start` runs PostgreSQL from the npm binaries and makes development secrets. */
  abstract readonly embedded: boolean;
  abstract readonly production: boolean;
  abstract readonly host: string;
  abstract readonly port: number;
  /** Origin without a trailing slash, for instance `http://localhost:3000`. */
  abstract readonly publicUrl: string;
  abstract readonly dataDir: string;
  /** Application role, direct connection. */
  abstract readonly databaseUrl: Secret;
  /** `null`: no separate port for `/internal/metrics`. */
  abstract readonly metricsPort: number | null;
  /** Networks whose `X-Forwarded-*` headers are believed. */
  abstract readonly trustProxy: readonly string[];
  /** Key-encryption keys, 32 bytes each, base64. */
  abstract readonly encryptionKeys: KeyRing;
  /** Peppers of API-key digests, 32 bytes each, base64. */
  abstract readonly keyPeppers: KeyRing;
  abstract readonly instanceOwnerEmail: string | null;
  abstract readonly signUp: 'open' | 'invite';
  abstract readonly signUpPerMinute: number;
  abstract readonly outboundAllow: OutboundAllowance;
  /** First one is the default. */
  abstract readonly regions: readonly string[];
  abstract readonly sandbox: boolean;
  abstract readonly demo: boolean;
  abstract readonly drainSeconds: number;
  abstract readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}
