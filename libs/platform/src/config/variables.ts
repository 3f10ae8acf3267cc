import { isAbsolute, resolve } from 'node:path';

import { parseNetwork } from '../outbound/address-kind.js';
import { keyRing } from './key-ring.js';
import { databaseUrl, integer, listOf, matching, oneOf, origin, Refusal, toggle, type Variable } from './variable.js';

const variable = <T>(definition: Variable<T>): Variable<T> => definition;

const port = integer(1, 65_535);
const OFF = 'off';

const network = (entry: string): string => {
  if (parseNetwork(entry) === null) throw new Refusal('has an entry that is not a network such as 10.0.0.0/8');
  return entry;
};

export const DEFAULT_REGIONS: readonly string[] = [
  'us-east-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-west-1',
  'eu-central-1',
  'me-south-1',
  'af-south-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-northeast-1',
];

/** Every variable that is read, in the order of the documentation. Unset and empty are the same. */
export const VARIABLES = {
  NODE_ENV: variable({
    meaning: '`production` turns on the checks for production: database, keys and peppers of its own.',
    fallback: '`development`',
    read: oneOf('production', 'development', 'test'),
  }),
  PORT: variable({ meaning: 'Port of the HTTP server.', fallback: '`3000`', read: port }),
  HOST: variable({
    meaning: 'Address the HTTP server listens on.',
    fallback: '`127.0.0.1` with the embedded database, else `0.0.0.0`',
    read: matching(/^[a-z0-9.:-]{1,253}$/i, 'must be an address or a host name'),
  }),
  PUBLIC_URL: variable({
    meaning: 'Origin under which browsers reach the product; decides cookies and the `Host` of management routes.',
    fallback: '`http://localhost:PORT`',
    read: origin,
  }),
  DATA_DIR: variable({
    meaning: 'Folder of the embedded database and of the generated development secrets.',
    fallback: '`./.data`',
    read: (value) => (isAbsolute(value) ? value : resolve(value)),
  }),
  DATABASE_URL: variable({
    meaning:
      'PostgreSQL 15 or later, direct connection, login role of the application: a plain role that owns nothing.',
    fallback: 'the embedded database of `npm start`; required in production',
    read: databaseUrl,
  }),
  DATABASE_ADMIN_URL: variable({
    meaning:
      'The same database for its owner, who runs the migrations; read by `npm run migrate` and `npm start` only.',
    fallback: 'none: `npm start` expects a migrated database',
    read: databaseUrl,
  }),
  METRICS_PORT: variable({
    meaning: 'Port that answers `/internal/metrics`, or `off`.',
    fallback: '`off`',
    read: (value) => (value === OFF ? null : port(value)),
  }),
  TRUST_PROXY: variable({
    meaning: 'Networks of the proxies whose `X-Forwarded-*` headers are believed, separated by commas.',
    fallback: 'none',
    read: listOf(network),
  }),
  ENCRYPTION_KEYS: variable({
    meaning:
      'Key-encryption keys, `id:base64` of 32 bytes each, separated by commas; the first one encrypts, all decrypt.',
    fallback: 'generated in `DATA_DIR` with the embedded database, else required',
    read: keyRing,
  }),
  KEY_PEPPERS: variable({
    meaning: 'Peppers of the API-key digests, in the same form; the first one is for new keys.',
    fallback: 'generated in `DATA_DIR` with the embedded database, else required',
    read: keyRing,
  }),
  INSTANCE_OWNER_EMAIL: variable({
    meaning: 'Account that holds the instance, once its address is confirmed.',
    fallback: 'the first account of an embedded instance, else nobody',
    read: matching(/^[^\s@,]{1,64}@[^\s@,]{1,255}$/, 'must be an e-mail address'),
  }),
  SIGN_UP: variable({
    meaning: 'Whether anybody may make an account: `open` or `invite`.',
    fallback: '`open` with the embedded database on a loopback address, else `invite`',
    read: oneOf('open', 'invite'),
  }),
  SIGN_UP_PER_MINUTE: variable({
    meaning: 'Sign-ups a minute and client address.',
    fallback: '`20`',
    read: integer(1, 100_000),
  }),
  OUTBOUND_ALLOW: variable({
    meaning:
      'Networks or `host:port` that addresses entered by customers may reach beside public ones, plain http only there. ' +
      'Link-local and metadata addresses never; in production loopback only as `host:port`.',
    fallback: 'none',
    read: listOf((entry) => entry),
  }),
  OUTBOUND_ALLOW_FOR: variable({
    meaning: 'Uses that `OUTBOUND_ALLOW` holds for: `providers`, `webhooks`, `exports`, separated by commas.',
    fallback: 'all of them',
    read: listOf(oneOf('providers', 'webhooks', 'exports')),
  }),
  REGIONS: variable({
    meaning: 'Regions a project can be placed in, separated by commas; the first one is the default.',
    fallback: `\`${DEFAULT_REGIONS.join(',')}\``,
    read: listOf(matching(/^[a-z][a-z0-9-]{0,31}$/, 'must be names such as us-east-1, separated by commas')),
  }),
  SANDBOX: variable({
    meaning: 'The provider `sandbox` for first calls and tests: `on` or `off`.',
    fallback: '`on`, in production `off`',
    read: toggle,
  }),
  DEMO: variable({
    meaning: 'Whether `npm start` fills an empty `DATA_DIR` with an owner, a project and a test key: `on` or `off`.',
    fallback: '`on` with the embedded database on a loopback address, else `off`',
    read: toggle,
  }),
  DRAIN_SECONDS: variable({
    meaning: 'How long a stop waits for open answers to end by themselves.',
    fallback: '`60`',
    read: integer(0, 3_600),
  }),
  LOG_LEVEL: variable({
    meaning: 'Least important log lines to write.',
    fallback: '`info`',
    read: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  }),
  EMBEDDED: variable({
    meaning: 'Set by `npm start` for its own processes; not to be set by hand.',
    fallback: '`off`',
    read: toggle,
  }),
} as const;

/**
 * Variables with a meaning that later releases give them. A set one is reported and has no effect, unless an operator
 * who set it would rely on a protection that is not there: then it is refused.
 */
export const RESERVED: readonly { readonly name: RegExp; readonly shown: string; readonly refused?: string }[] = [
  { name: /^DATABASE_POOL_URL$/, shown: 'DATABASE_POOL_URL' },
  { name: /^DATABASE_READ_URL$/, shown: 'DATABASE_READ_URL' },
  { name: /^REDIS_URL$/, shown: 'REDIS_URL' },
  { name: /^AUDIT_SIGNING_KEYS$/, shown: 'AUDIT_SIGNING_KEYS', refused: 'the audit record is not signed yet' },
  { name: /^MAIL_URL$/, shown: 'MAIL_URL' },
  { name: /^MANAGED_[A-Z0-9_]+_API_KEY$/, shown: 'MANAGED_<PROVIDER>_API_KEY' },
  { name: /^MANAGED_[A-Z0-9_]+_BASE_URL$/, shown: 'MANAGED_<PROVIDER>_BASE_URL' },
  { name: /^TOP_UPS$/, shown: 'TOP_UPS' },
  { name: /^PAYMENT_WEBHOOK_SECRET$/, shown: 'PAYMENT_WEBHOOK_SECRET' },
  { name: /^LEAK_REPORT_KEYS$/, shown: 'LEAK_REPORT_KEYS' },
];
