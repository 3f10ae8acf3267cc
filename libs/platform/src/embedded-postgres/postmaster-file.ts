import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { readIfPresent } from '../files/keep-file.js';
import { runProgram } from './run-program.js';

/** What `postmaster.pid` of a data folder says. */
export interface PostmasterFile {
  readonly text: string;
  readonly pid: number;
  /** `null` while the server is about to start and has not written it yet. */
  readonly port: number | null;
}

/**
 * Whose process the pid is: the server of our folder, nobody's or one that has nothing to do with it (its file is a
 * leftover), or a PostgreSQL that somebody else started and that may use the folder.
 */
export type PostmasterOwner = 'ours' | 'nobody' | 'foreign';

/** Passed as `cluster_name`, so that the server of a folder is recognised by its command line, whoever looks at it. */
export const clusterName = (dataFolder: string): string =>
  `ai-gateway-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`;

export const readPostmasterFile = async (dataFolder: string): Promise<PostmasterFile | null> => {
  const text = await readIfPresent(join(dataFolder, 'postmaster.pid'));
  if (text === null) return null;
  const lines = text.split('\n');
  const port = Number(lines[3]);
  return { text, pid: Math.abs(Number(lines[0])), port: Number.isInteger(port) && port > 0 ? port : null };
};

export const ownerOf = async (pid: number, dataFolder: string): Promise<PostmasterOwner> => {
  if (!Number.isInteger(pid) || pid < 1) return 'nobody';
  const program = await describeProcess(pid);
  if (program === null) return 'nobody';
  if (program.command.includes(`cluster_name=${clusterName(dataFolder)}`)) return 'ours';
  if (program.name !== 'postgres') return 'nobody';
  return program.cwd !== null && program.cwd !== dataFolder ? 'nobody' : 'foreign';
};

/** Removes the file if it still is the one that was judged: another starter may have replaced it by a living one. */
export const removePostmasterFile = async (dataFolder: string, judged: PostmasterFile): Promise<void> => {
  const file = join(dataFolder, 'postmaster.pid');
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== judged.text) await link(aside, file);
  await rm(aside);
};

interface RunningProgram {
  readonly name: string;
  readonly command: string;
  /** `null` where the system does not tell. */
  readonly cwd: string | null;
}

/** `null` when there is no such process or only the zombie of one. */
const describeProcess = (pid: number): Promise<RunningProgram | null> =>
  process.platform === 'linux' ? describeFromProc(pid) : describeFromPs(pid);

const describeFromProc = async (pid: number): Promise<RunningProgram | null> => {
  try {
    const [status, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    const [, name = '', state = ''] = /^\d+ \((.*)\) (\S)/s.exec(status) ?? [];
    if (state === 'Z' || state === 'X') return null;
    // The link is readable only with rights over the process, which root in a container may not have.
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    return { name, command: command.replaceAll('\0', ' '), cwd };
  } catch {
    return null;
  }
};

const describeFromPs = async (pid: number): Promise<RunningProgram | null> => {
  const ps = await runProgram('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)]);
  if (!ps.ok) return null;
  const [, state = '', command = ''] = /^\s*(\S+)\s+(.*)$/s.exec(ps.output) ?? [];
  if (state === '' || state.startsWith('Z')) return null;
  const program = command.split(' ')[0] ?? '';
  return { name: program.slice(program.lastIndexOf('/') + 1), command, cwd: null };
};
