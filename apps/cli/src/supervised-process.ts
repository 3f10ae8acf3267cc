import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Environment, type Log, StartError } from '@app/platform';

export interface SupervisedProcessOptions {
  readonly name: string;
  /** Compiled entry. It says over IPC when it is ready, and ends when it loses that connection. */
  readonly file: string;
  readonly environment: Environment;
  readonly log: Log;
}

interface Run {
  readonly child: ChildProcess;
  readonly startedAt: number;
  readonly ready: Promise<'ready'>;
  readonly ended: Promise<'ended'>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long was healthy: the pause before its restart is the first one again. */
const HEALTHY_MS = 60_000;

/** A child process that is started again when it dies, after growing pauses, until it is told to stop. */
export class SupervisedProcess {
  #run: Run | null = null;
  readonly #stopped = new AbortController();

  constructor(private readonly options: SupervisedProcessOptions) {}

  /** Resolves when the process is ready. Rejects when its first run ends before: that does not pass by itself. */
  async start(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    const run = this.run();
    const outcome = await Promise.race([run.ready, run.ended]);
    if (this.#stopped.signal.aborted) return;
    if (outcome === 'ended') throw new StartError(`The ${this.options.name} process did not start.`);
    void this.supervise(run);
  }

  /** Lets it end by itself, for at most `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    this.#stopped.abort();
    if (this.#run === null) return;
    const { child, ended } = this.#run;
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    await ended;
    clearTimeout(limit);
  }

  /** Tells it a second time: it no longer waits for what is open. */
  hurry(): void {
    if (this.#stopped.signal.aborted) this.#run?.child.kill('SIGTERM');
  }

  private async supervise(first: Run): Promise<void> {
    const { signal } = this.#stopped;
    let run = first;
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      await run.ended;
      if (signal.aborted) return;
      const { exitCode, signalCode } = run.child;
      this.options.log.error('A process ended by itself and is started again', {
        component: this.options.name,
        code: signalCode ?? exitCode,
      });
      if (performance.now() - run.startedAt > HEALTHY_MS) pause = FIRST_PAUSE_MS;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      run = this.run();
    }
  }

  private run(): Run {
    const child = spawn(process.execPath, ['--enable-source-maps', this.options.file], {
      env: { ...this.options.environment },
      // A group of its own: Ctrl-C in a terminal reaches the launcher alone, which ends everything in order.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ready = new Promise<'ready'>((resolve) => child.once('message', () => resolve('ready')));
    const ended = new Promise<'ended'>((resolve) => {
      child.once('exit', () => resolve('ended'));
      child.once('error', () => resolve('ended'));
    });
    this.#run = { child, startedAt: performance.now(), ready, ended };
    return this.#run;
  }
}
