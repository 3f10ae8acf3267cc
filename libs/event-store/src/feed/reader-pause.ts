/** The pauses of one reader's loop. A wake that comes while it works ends its next pause at once, so none is lost. */
export class ReaderPause {
  #isWoken = false;
  #isEnded = false;
  #onWake: (() => void) | undefined;
  #onEnd: (() => void) | undefined;

  /** There may be new events. */
  wake(): void {
    this.#isWoken = true;
    this.#onWake?.();
  }

  /** No pause any more. */
  end(): void {
    this.#isEnded = true;
    this.#onEnd?.();
  }

  async untilWoken(ms: number): Promise<void> {
    if (!this.#isWoken) await this.pause(ms, (resume) => (this.#onWake = resume));
    this.#isWoken = false;
  }

  /** News do not make it shorter: after a failure they would only make the next one come sooner. */
  full(ms: number): Promise<void> {
    return this.pause(ms, () => undefined);
  }

  private async pause(ms: number, also: (resume: () => void) => void): Promise<void> {
    if (this.#isEnded) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resume) => {
      timer = setTimeout(resume, ms);
      this.#onEnd = resume;
      also(resume);
    });
    clearTimeout(timer);
    this.#onWake = undefined;
    this.#onEnd = undefined;
  }
}
