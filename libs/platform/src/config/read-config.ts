import { isIP } from 'node:net';
import { resolve } from 'node:path';

import { readAllowance } from '../outbound/read-allowance.js';
import type { Config } from './config.js';
import { weaknessOf } from './key-ring.js';
import { StartError } from './start-error.js';
import { type Environment, Refusal, type Variable } from './variable.js';
import { DEFAULT_REGIONS, RESERVED, VARIABLES } from './variables.js';

type Name = keyof typeof VARIABLES;
type ValueOf<N extends Name> = ReturnType<(typeof VARIABLES)[N]['read']>;

export interface ReadConfig {
  readonly config: Config;
  /** Names of set variables that have no effect, for the log. */
  readonly warnings: readonly string[];
}

/** The configuration of a process. Throws one `StartError` that names every wrong variable and no value. */
export const readConfig = (environment: Environment): ReadConfig => {
  const problems = new Map<string, string>();
  const refuse = (name: Name, problem: string | null): void => {
    if (problem !== null && !problems.has(name)) problems.set(name, problem);
  };
  const read = <N extends Name>(name: N): ValueOf<N> | undefined => {
    const given = valueOf(environment, name);
    if (given === undefined) return undefined;
    try {
      // The table pairs every name with its own reader, which the compiler does not follow through the index.
      return (VARIABLES[name] as Variable<ValueOf<N>>).read(given);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(name, error.message);
      return undefined;
    }
  };
  const required = <N extends Name>(name: N, problem: string): ValueOf<N> => {
    const value = read(name);
    if (value === undefined) refuse(name, problem);
    return value as ValueOf<N>;
  };

  const production = read('NODE_ENV') === 'production';
  const embedded = read('EMBEDDED') ?? false;
  const host = read('HOST') ?? (embedded ? '127.0.0.1' : '0.0.0.0');
  const port = read('PORT') ?? 3_000;
  const local = embedded && isLoopback(host) && !production;
  const sandbox = read('SANDBOX') ?? !production;
  const config: Config = {
    production,
    embedded,
    host,
    port,
    publicUrl: read('PUBLIC_URL') ?? `http://localhost:${port}`,
    dataDir: read('DATA_DIR') ?? resolve('.data'),
    databaseUrl: required('DATABASE_URL', 'is missing; npm start brings a database of its own'),
    metricsPort: read('METRICS_PORT') ?? null,
    trustProxy: read('TRUST_PROXY') ?? [],
    encryptionKeys: required('ENCRYPTION_KEYS', 'is missing; make one with: echo "k1:$(openssl rand -base64 32)"'),
    keyPeppers: required('KEY_PEPPERS', 'is missing; make one with: echo "p1:$(openssl rand -base64 32)"'),
    instanceOwnerEmail: read('INSTANCE_OWNER_EMAIL') ?? null,
    signUp: read('SIGN_UP') ?? (local ? 'open' : 'invite'),
    signUpPerMinute: read('SIGN_UP_PER_MINUTE') ?? 20,
    outboundAllow: {
      entries: read('OUTBOUND_ALLOW') ?? [],
      uses: read('OUTBOUND_ALLOW_FOR') ?? ['providers', 'webhooks', 'exports'],
    },
    regions: read('REGIONS') ?? DEFAULT_REGIONS,
    sandbox,
    demo: read('DEMO') ?? (local && sandbox),
    drainSeconds: read('DRAIN_SECONDS') ?? 60,
    logLevel: read('LOG_LEVEL') ?? 'info',
  };

  for (const entry of config.outboundAllow.entries) {
    const allowance = readAllowance(entry, config);
    if (allowance.type === 'refused') refuse('OUTBOUND_ALLOW', `has an entry that ${allowance.problem}`);
  }
  if (config.metricsPort === port) refuse('METRICS_PORT', 'must differ from PORT');
  if (config.demo && !local) refuse('DEMO', 'can be on only with the embedded database on a loopback address');
  if (config.demo && !sandbox) refuse('DEMO', 'needs SANDBOX=on');
  if (problems.size === 0) refuse('KEY_PEPPERS', sharedKey(config));
  if (production) {
    if (embedded) refuse('EMBEDDED', 'cannot be on in production');
    if (!problems.has('ENCRYPTION_KEYS')) refuse('ENCRYPTION_KEYS', weaknessOf(config.encryptionKeys));
    if (!problems.has('KEY_PEPPERS')) refuse('KEY_PEPPERS', weaknessOf(config.keyPeppers));
  }
  const reserved = setReserved(environment);
  for (const { name, refused } of reserved)
    if (refused !== undefined) problems.set(name, `is not supported: ${refused}`);
  if (problems.size > 0) throw new StartError([...problems].map(([name, problem]) => `${name} ${problem}.`).join('\n'));
  return { config, warnings: reserved.map(({ name }) => name) };
};

/** The value of a variable; an empty one counts as unset, compose files write those. */
export const valueOf = (environment: Environment, name: string): string | undefined => {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** One leaked key must not open both the data and the digests. */
const sharedKey = ({ encryptionKeys, keyPeppers }: Config): string | null => {
  const keys = new Set(encryptionKeys.map(({ key }) => key.reveal()));
  return keyPeppers.some(({ key }) => keys.has(key.reveal())) ? 'holds a key of ENCRYPTION_KEYS' : null;
};

const setReserved = (environment: Environment) =>
  Object.keys(environment)
    .filter((name) => valueOf(environment, name) !== undefined)
    .flatMap((name) => {
      const reserved = RESERVED.find((candidate) => candidate.name.test(name));
      return reserved === undefined ? [] : [{ name, refused: reserved.refused }];
    });
