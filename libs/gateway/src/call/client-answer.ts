import type { ServerResponse } from 'node:http';
import type { DomainError } from '@app/kernel';
import { type ErrorFamily, renderError, renderErrorEvent } from '@app/platform';

/** A caller who takes nothing of a complete answer for so long will not take the rest. */
const STALLED_MS = 60_000;

export type AnswerHeaders = Readonly<Record<string, string | number>>;

/** The caller's side of a call: an answer that is written past the framework, as it comes. */
export class ClientAnswer {
  /** Status the caller got; `null` before one was sent. */
  status: number | null = null;
  private events = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly family: ErrorFamily,
    private readonly requestId: string,
  ) {
    // Without a listener a broken connection would end the process; `close` follows and is what counts.
    response.on('error', () => response.destroy());
  }

  /** The caller is gone. */
  get gone(): boolean {
    return this.response.destroyed;
  }

  /** The caller reads more slowly than the provider writes. */
  get full(): boolean {
    return this.response.writableNeedDrain;
  }

  onGone(listener: () => void): void {
    this.response.once('close', listener);
  }

  onDrain(listener: () => void): void {
    this.response.on('drain', listener);
  }

  begin(status: number, headers: AnswerHeaders, form: 'whole' | 'events'): void {
    this.status = status;
    this.events = form === 'events';
    this.response.writeHead(status, { ...headers });
  }

  write(piece: string | Buffer): void {
    this.response.write(piece);
  }

  end(piece?: string | Buffer): void {
    this.response.setTimeout(STALLED_MS, () => this.response.destroy());
    this.response.end(piece);
  }

  /**
   * Ends with an error in the form that is still possible: a status of its own, the last event of a stream, or, in the
   * middle of an answer in one piece, a connection that breaks.
   */
  fail(error: DomainError): void {
    if (this.gone) return;
    if (this.status === null) {
      const { status, headers, body } = renderError(error, this.family, this.requestId);
      this.begin(status, headers, 'whole');
      this.end(body);
    } else if (this.events) this.end(renderErrorEvent(error, this.family, this.requestId));
    else this.response.destroy();
  }
}
