import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { built } from './built.js';

const ROOT = join(__dirname, '../..');

export interface LauncherOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: an empty one. */
  readonly dataDir?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** With npm and its shell above it. */
  readonly throughNpm?: boolean;
}

/** What `npm start` runs, as a process of its own with its own data folder and port. */
export class LauncherProcess {
  #output = '';

  private constructor(
    readonly process: ChildProcess,
    readonly port: number,
    readonly dataDir: string,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  static async start(options: LauncherOptions = {}) {
    const port = options.port ?? (await freePort());
    const dataDir = options.dataDir ?? (await emptyFolder());
    const { HOME, PATH, TMPDIR } = process.env;
    const entry = built('apps/cli/src/main-start.ts');
    const [command, args] = options.throughNpm === true ? ['npm', ['start']] : [process.execPath, [entry]];
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { HOME, PATH, TMPDIR, PORT: String(port), DATA_DIR: dataDir, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // The leader of a process group, like a command of a terminal.
      detached: true,
    });
    return new LauncherProcess(child, port, dataDir);
  }

  get output(): string {
    return this.#output;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when everything answers; rejects with the output when it ends before. */
  async ready(): Promise<this> {
    await this.wrote(/^Ready: /m);
    return this;
  }

  async wrote(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#output)) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) throw new Error(this.#output);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Exit code, or the signal that ended it. */
  async exit(): Promise<number | string | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.exitCode ?? this.process.signalCode;
  }

  /** Ctrl-C: a terminal signals every process of the group. */
  pressCtrlC(): void {
    process.kill(-(this.process.pid ?? NaN), 'SIGINT');
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    this.process.kill(signal);
    return this.exit();
  }
}

/** Processes that still work for a data folder: its PostgreSQL, and every api or worker that was started for it. */
export const processesOf = async (dataDir: string): Promise<string[]> => {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const [command, environment] = await Promise.all([read('cmdline'), read('environ')]);
    const text = command.replaceAll('\0', ' ');
    const isChild = environment.includes(`DATA_DIR=${dataDir}\0`) && text.includes('src/main');
    if (isChild || text.includes(`-D ${dataDir}/`)) found.push(text);
  }
  return found;
};

/** A folder that the system user of PostgreSQL can enter, as an ordinary checkout's. */
export const emptyFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'ai-gateway-start-'));
  await chmod(folder, 0o755);
  return join(folder, 'data');
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};
