import { StartError } from '../config/start-error.js';
import { runProgram, type ServerUser } from './run-program.js';

const USER = 'postgres';

/** PostgreSQL refuses to run as root, so root lends it the system user `postgres`, which is made if there is none. */
export const serverUser = async (): Promise<ServerUser> => {
  if (process.getuid?.() !== 0) return null;
  const known = await lookUp();
  if (known !== null) return known;
  const creation = await runProgram('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell=/usr/sbin/nologin',
    USER,
  ]);
  // Also after a failure: another starter may have made the user in the meantime.
  const made = await lookUp();
  if (made !== null) return made;
  throw new StartError(
    `PostgreSQL cannot run as root and the system user "${USER}" could not be made ` +
      `(${creation.ok ? 'it is not found' : creation.reason}): start as an ordinary user or set DATABASE_URL.`,
  );
};

const lookUp = async (): Promise<ServerUser> => {
  const [uid, gid] = await Promise.all([runProgram('id', ['-u', USER]), runProgram('id', ['-g', USER])]);
  return uid.ok && gid.ok ? { uid: Number(uid.output), gid: Number(gid.output) } : null;
};

/**
 * A place inside `folder` for a program of the server's user. That user may be unable to enter the path (a checkout in
 * root's home, mode 0700); a working directory that was entered before the change of user needs no path.
 */
export const reachable = async (folder: string, user: ServerUser, major: number): Promise<Place> => {
  const byPath = { cwd: '/', path: folder };
  if (user === null) return byPath;
  const entered = await runProgram('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { user });
  if (entered.ok) return byPath;
  // PostgreSQL 15 and older leave their working directory to find out where they are installed, and cannot return.
  if (process.platform === 'linux' && major >= 16) return { cwd: folder, path: '/proc/self/cwd' };
  throw new StartError(`The system user "${USER}" cannot enter ${folder}: set DATA_DIR to a folder it can enter.`);
};

/** How a program names a folder: by path, or as its working directory. */
interface Place {
  readonly cwd: string;
  readonly path: string;
}
