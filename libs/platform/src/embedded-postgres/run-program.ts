import { execFile } from 'node:child_process';

/** Who runs PostgreSQL; `null` is the user of this process. */
export type ServerUser = { readonly uid: number; readonly gid: number } | null;

export type Outcome = { readonly ok: true; readonly output: string } | { readonly ok: false; readonly reason: string };

/**
 * The whole environment of PostgreSQL's programs: none of the gateway's secrets, messages in English (they are
 * recognised), times in UTC.
 */
export const PROGRAM_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Runs a program to its end; a failure is answered with what it wrote to its standard error. */
export const runProgram = (
  file: string,
  args: readonly string[],
  { user = null, cwd = '/' }: { user?: ServerUser; cwd?: string } = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    const options = { ...user, cwd, env: PROGRAM_ENVIRONMENT, timeout: 120_000 };
    execFile(file, args, options, (error, output, errors) => {
      if (error === null) resolve({ ok: true, output });
      else resolve({ ok: false, reason: errors.trim() || error.message });
    });
  });
