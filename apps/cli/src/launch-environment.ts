import { resolve } from 'node:path';

import { developmentSecrets, type Environment, type Secret, StartError, valueOf } from '@app/platform';

/** The login role of the application in the embedded database. */
export const EMBEDDED_ROLE = 'gateway';

export interface LaunchEnvironment {
  /** What the processes get, without the address of the database when that is still to be started. */
  readonly environment: Environment;
  /** What to start first; `null` with a database of the operator's own. */
  readonly embedded: { readonly dataDir: string; readonly password: Secret } | null;
}

/**
 * Completes the operator's environment: without `DATABASE_URL`, and not in production, the product brings its own
 * database and secrets. The owner's address stays with the launcher: no process that serves requests gets it.
 */
export const launchEnvironment = async (given: Environment): Promise<LaunchEnvironment> => {
  const environment: Environment = { ...given, DATABASE_ADMIN_URL: undefined, EMBEDDED: undefined };
  const hasDatabase = valueOf(given, 'DATABASE_URL') !== undefined;
  if (!hasDatabase && valueOf(given, 'DATABASE_ADMIN_URL') !== undefined) {
    throw new StartError(
      'DATABASE_ADMIN_URL is set without DATABASE_URL; set both, or none for the embedded database.',
    );
  }
  if (hasDatabase || given.NODE_ENV === 'production') return { environment, embedded: null };

  const dataDir = resolve(valueOf(given, 'DATA_DIR') ?? '.data');
  const secrets = await developmentSecrets(dataDir);
  return {
    environment: {
      ...environment,
      EMBEDDED: 'on',
      DATA_DIR: dataDir,
      ENCRYPTION_KEYS: valueOf(given, 'ENCRYPTION_KEYS') ?? secrets.encryptionKeys.reveal(),
      KEY_PEPPERS: valueOf(given, 'KEY_PEPPERS') ?? secrets.keyPeppers.reveal(),
    },
    embedded: { dataDir, password: secrets.databasePassword },
  };
};
