import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Binaries } from './binaries.js';
import type { DataFolder } from './data-folder.js';
import { clusterName } from './postmaster-file.js';
import { PROGRAM_ENVIRONMENT, type ServerUser } from './run-program.js';
import { reachable } from './server-user.js';

export interface Launch {
  /** Where the server's log is kept. */
  readonly folder: string;
  readonly data: DataFolder;
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly port: number | undefined;
  readonly durable: boolean;
  readonly isReady: (port: number) => Promise<boolean>;
  readonly deadline: number;
}

export type Launched =
  | { readonly status: 'ready'; readonly pid: number; readonly port: number }
  /** Something that passes: another starter was first, the port was taken, a killed server's processes still end. */
  | { readonly status: 'try-again'; readonly reason: string }
  | { readonly status: 'failed'; readonly reason: string };

const PASSES = /lock file .* already exists|still in use|Address already in use|could not bind/;

/** Never the values of statements: neither failing statements nor their details reach the server's log. */
const QUIET_LOG = [
  'log_min_messages=log',
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_checkpoints=off',
];
const NOT_DURABLE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Runs one server process until it answers or ends. */
export const launch = async (options: Launch): Promise<Launched> => {
  const { folder, data, binaries, user, durable } = options;
  const port = options.port ?? (await freePort());
  const place = await reachable(data.path, user, binaries.major);
  const settings = [
    `cluster_name=${clusterName(data.path)}`,
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    ...QUIET_LOG,
    ...(durable ? [] : NOT_DURABLE),
  ];

  // A file, not a pipe: the server outlives this process and must be able to write.
  const logFile = join(folder, `postgres.${randomUUID()}.log`);
  const log = await open(logFile, 'w', 0o600);
  const server = spawn(
    join(binaries.folder, 'bin', 'postgres'),
    ['-D', place.path, ...settings.flatMap((setting) => ['-c', setting])],
    // Detached: Ctrl-C in a terminal reaches every process of the group, and the server has to be the last to end.
    { ...user, cwd: place.cwd, env: PROGRAM_ENVIRONMENT, detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  const ended = new Promise<string>((resolve) => {
    server.once('error', (error) => resolve(error.message));
    server.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  await log.close();
  server.unref();

  const failure = await firstOf(ended, () => options.isReady(port), options.deadline);
  if (failure === null) {
    await rename(logFile, join(folder, 'postgres.log'));
    return { status: 'ready', pid: server.pid ?? 0, port };
  }
  server.kill('SIGQUIT');
  const output = await readFile(logFile, 'utf8');
  await rm(logFile);
  const reason = [failure, ...output.trim().split('\n').slice(-5)].join('\n');
  return { status: PASSES.test(output) ? 'try-again' : 'failed', reason };
};

/** `null` when it became ready, else why not. */
const firstOf = async (
  ended: Promise<string>,
  isReady: () => Promise<boolean>,
  deadline: number,
): Promise<string | null> => {
  while (Date.now() < deadline) {
    if (await isReady()) return null;
    const failure = await Promise.race([ended, sleep(25, null)]);
    if (failure !== null) return failure;
  }
  return 'it does not answer';
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
