/** For all answers that are being read in this process, however many callers there are. */
const MOST_BYTES = 256_000_000;

/** Counts the bytes of answers that are held back until they are complete. */
export class AnswerMemory {
  private bytes = 0;

  /** More than may be held: answers are passed on as they come. */
  get full(): boolean {
    return this.bytes > MOST_BYTES;
  }

  take(bytes: number): void {
    this.bytes += bytes;
  }

  giveBack(bytes: number): void {
    this.bytes -= bytes;
  }
}
