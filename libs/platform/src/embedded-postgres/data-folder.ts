import { randomBytes, randomUUID } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StartError } from '../config/start-error.js';
import { Secret } from '../encryption/secret.js';
import { keepFile, readIfPresent } from '../files/keep-file.js';
import type { Binaries } from './binaries.js';
import { runProgram, type ServerUser } from './run-program.js';
import { reachable } from './server-user.js';

export const SUPERUSER = 'postgres';

/** What a start found or made: the folder of the cluster and the password of its superuser. */
export interface DataFolder {
  readonly path: string;
  readonly password: Secret;
}

/** Opens the cluster inside `folder` and makes it if there is none. Two starters end with the same cluster. */
export const openDataFolder = async (
  folder: string,
  binaries: Binaries,
  user: ServerUser,
  options: { readonly durable: boolean },
): Promise<DataFolder> => {
  const path = join(folder, 'postgres');
  const passwordFile = join(folder, 'postgres-password');
  const major = await majorOf(path);
  if (major === null) {
    // On disk before the cluster that needs it.
    const password = new Secret(await keepFile(passwordFile, () => randomBytes(32).toString('base64url')));
    await initialize({ path, password }, binaries, user, options.durable);
    return { path, password };
  }
  if (major !== binaries.major) {
    throw new StartError(
      `${path} was made by PostgreSQL ${major} and the installed binaries are PostgreSQL ${binaries.major}: ` +
        `move the data with pg_dump and pg_restore, or install the older binaries.`,
    );
  }
  const password = await readIfPresent(passwordFile);
  if (password !== null) return { path, password: new Secret(password) };
  throw new StartError(
    `${passwordFile} is missing, so the database in ${path} cannot be opened: put the file back or remove ${folder}.`,
  );
};

const majorOf = async (path: string): Promise<number | null> => {
  try {
    return Number((await readFile(join(path, 'PG_VERSION'), 'utf8')).trim());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'EACCES') throw new StartError(`${path} belongs to another user: start as the user who made it.`);
    throw error;
  }
};

/** Makes the cluster beside its place and renames it, so that a cluster that has its name is complete. */
const initialize = async (
  { path, password }: DataFolder,
  binaries: Binaries,
  user: ServerUser,
  durable: boolean,
): Promise<void> => {
  await removeLeftovers(path);
  const temporary = `${path}.new-${process.pid}-${randomUUID()}`;
  const secrets = await mkdtemp(join(tmpdir(), 'ai-gateway-'));
  try {
    const passwordFile = join(secrets, 'password');
    await writeFile(passwordFile, password.reveal(), { mode: 0o600 });
    await mkdir(temporary, { mode: 0o700 });
    if (user !== null) {
      for (const owned of [secrets, passwordFile, temporary]) await chown(owned, user.uid, user.gid);
    }
    const place = await reachable(temporary, user, binaries.major);
    const outcome = await runProgram(
      join(binaries.folder, 'bin', 'initdb'),
      [
        `--pgdata=${place.path}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        ...(durable ? [] : ['--no-sync']),
      ],
      { user, cwd: place.cwd },
    );
    if (!outcome.ok) throw new StartError(`The database folder ${path} could not be made: ${outcome.reason}`);
    await rename(temporary, path).catch(async (error: unknown) => {
      if ((await majorOf(path)) === null) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(secrets, { recursive: true, force: true });
  }
};

/** Half-made clusters of starters that died. */
const removeLeftovers = async (path: string): Promise<void> => {
  const folder = join(path, '..');
  for (const name of await readdir(folder)) {
    const pid = Number(/^postgres\.new-(\d+)-/.exec(name)?.[1]);
    if (!Number.isNaN(pid) && !isAlive(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
