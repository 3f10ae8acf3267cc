import type { IncomingHttpHeaders } from 'node:http';
import type { ChatAnswer } from '@app/providers';

/** Reads the success of a provider and passes it on. Throws `InvalidAnswer` for what cannot be passed on. */
export interface AnswerReader {
  /** What was read of the answer so far. */
  readonly answer: ChatAnswer;
  begin(headers: IncomingHttpHeaders): void;
  /** `true` when the answer is complete, whatever else the provider may send. */
  push(chunk: Buffer): boolean;
  /** The provider has closed an answer that was not complete before. */
  end(): void;
  /** Nothing more will be read: gives back what is held. */
  release(): void;
}
