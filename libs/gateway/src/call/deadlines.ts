import { Injectable } from '@nestjs/common';

/** How long a provider and a caller may take. A test puts shorter times in its place. */
@Injectable()
export class Deadlines {
  /** To the status of a streamed answer: the model has begun by then. */
  readonly streamedHeadersMs: number = 120_000;
  /** To the status of an answer in one piece, which comes when the model has finished; reasoning takes minutes. */
  readonly wholeHeadersMs: number = 600_000;
  /** Between two pieces of an answer. */
  readonly idleMs: number = 120_000;
  /** From the request to the end of the answer. */
  readonly totalMs: number = 1_800_000;
  /** A caller who takes nothing of what is ready for so long will not take the rest; until then its hold stands. */
  readonly stalledMs: number = 60_000;
}
