import type { ServerResponse } from 'node:http';
import type { DomainError } from '@app/kernel';
import { type ErrorFamily, renderError, renderErrorEvent } from '@app/platform';

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
    /** A caller who takes nothing for so long is cut off. */
    private readonly stalledMs: number,
  ) {
    // Without a listener a broken connection would end the process; `close` follows and is what counts.
    response.on('error', () => response.destroy());
    response.on('timeout', () => response.destroy());
    response.on('drain', () => response.setTimeout(0));
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
    this.response.writeHead(status, { ...headers });
    this.status = status;
    this.events = form === 'events';
  }

  write(piece: string | Buffer): void {
    if (!this.response.write(piece)) this.response.setTimeout(this.stalledMs);
  }

  end(piece?: string | Buffer): void {
    this.response.setTimeout(this.stalledMs);
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
