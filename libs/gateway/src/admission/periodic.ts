import { setTimeout as sleep } from 'node:timers/promises';

/** Runs `work` again and again with a pause between the end of one run and the start of the next. */
export class Periodic {
  private readonly stopped = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly pauseMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the run that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await this.work().catch(this.onError);
      // Rejects only when it is cut short by `stop`.
      await sleep(this.pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
