import type { ApplicationLogin } from '../database/roles.js';
import { Secret } from '../encryption/secret.js';
import { valueOf } from './read-config.js';
import { StartError } from './start-error.js';
import { type Environment, Refusal } from './variable.js';
import { VARIABLES } from './variables.js';

export interface MigrationTarget {
  /** The owner's address. */
  readonly adminUrl: Secret;
  /** The application's role; `null` when `DATABASE_URL` is not set, then its grants stay as they are. */
  readonly login: ApplicationLogin | null;
}

/** What `DATABASE_ADMIN_URL` and `DATABASE_URL` say about migrating; `null` without the first. */
export const readMigrationTarget = (environment: Environment): MigrationTarget | null => {
  const adminUrl = read(environment, 'DATABASE_ADMIN_URL');
  if (adminUrl === null) return null;
  const applicationUrl = read(environment, 'DATABASE_URL');
  return { adminUrl, login: applicationUrl === null ? null : loginOf(applicationUrl) };
};

const read = (environment: Environment, name: 'DATABASE_ADMIN_URL' | 'DATABASE_URL'): Secret | null => {
  const value = valueOf(environment, name);
  if (value === undefined) return null;
  try {
    return VARIABLES[name].read(value);
  } catch (error) {
    if (error instanceof Refusal) throw new StartError(`${name} ${error.message}.`);
    throw error;
  }
};

const loginOf = (url: Secret): ApplicationLogin => {
  const { username, password } = new URL(url.reveal());
  const role = decodeURIComponent(username);
  return password === '' ? { role } : { role, password: new Secret(decodeURIComponent(password)) };
};
