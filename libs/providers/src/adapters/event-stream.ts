/** One thing a server-sent event stream says: an event with data, or a comment that only keeps the line open. */
export type StreamEvent =
  { readonly kind: 'event'; readonly name: string; readonly data: string } | { readonly kind: 'comment' };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';

/** An event that would need more memory than any real one. */
export class EventTooLarge extends Error {
  constructor(limit: number) {
    super(`an event of the stream is larger than ${limit} bytes`);
    this.name = 'EventTooLarge';
  }
}

/**
 * Cuts a byte stream into events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Lines are found in
 * bytes, where no part of a UTF-8 character looks like a line end, so it does not matter how the stream was cut.
 */
export class EventStreamParser {
  /** The beginning of a line whose end has not come; grows by doubling, so single bytes cost no more than large pieces. */
  private line = Buffer.alloc(0);
  private lineBytes = 0;
  private data: string[] = [];
  private dataBytes = 0;
  private name = '';
  private afterCarriageReturn = false;
  private first = true;

  constructor(private readonly maxEventBytes: number) {}

  push(chunk: Buffer): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    let from = 0;
    if (this.afterCarriageReturn && chunk[0] === LINE_FEED) from = 1;
    if (chunk.length > 0) this.afterCarriageReturn = false;
    while (from < chunk.length) {
      const end = endOfLine(chunk, from);
      const piece = chunk.subarray(from, end === -1 ? chunk.length : end);
      this.bound(piece.length);
      if (end === -1) {
        this.hold(piece);
        break;
      }
      this.endLine(piece, events);
      from = end + 1;
      if (chunk[end] !== CARRIAGE_RETURN) continue;
      if (from === chunk.length) this.afterCarriageReturn = true;
      else if (chunk[from] === LINE_FEED) from += 1;
    }
    return events;
  }

  /** What was still open when the bytes ended: some servers leave out the last blank line. */
  end(): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    if (this.lineBytes > 0) this.endLine(Buffer.alloc(0), events);
    this.endEvent(events);
    return events;
  }

  private bound(more: number): void {
    if (this.dataBytes + this.lineBytes + more > this.maxEventBytes) throw new EventTooLarge(this.maxEventBytes);
  }

  private hold(piece: Buffer): void {
    const bytes = this.lineBytes + piece.length;
    if (bytes > this.line.length) {
      const larger = Buffer.alloc(Math.max(bytes, this.line.length * 2));
      this.line.copy(larger, 0, 0, this.lineBytes);
      this.line = larger;
    }
    piece.copy(this.line, this.lineBytes);
    this.lineBytes = bytes;
  }

  /** `rest` ends the line: most lines arrive whole and are read where they are. */
  private endLine(rest: Buffer, events: StreamEvent[]): void {
    if (this.lineBytes > 0) this.hold(rest);
    const bytes = this.lineBytes > 0 ? this.line.subarray(0, this.lineBytes) : rest;
    this.lineBytes = 0;
    let text = bytes.toString('utf8');
    if (this.first && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    this.first = false;
    if (text === '') return this.endEvent(events);
    if (text.startsWith(':')) {
      events.push({ kind: 'comment' });
      return;
    }
    this.dataBytes += bytes.length;
    this.endField(text);
  }

  private endField(text: string): void {
    const colon = text.indexOf(':');
    const field = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.name = value;
  }

  private endEvent(events: StreamEvent[]): void {
    if (this.data.length > 0) events.push({ kind: 'event', name: this.name, data: this.data.join('\n') });
    this.data = [];
    this.dataBytes = 0;
    this.name = '';
  }
}

const endOfLine = (chunk: Buffer, from: number): number => {
  const lineFeed = chunk.indexOf(LINE_FEED, from);
  const carriageReturn = chunk.subarray(from, lineFeed === -1 ? chunk.length : lineFeed).indexOf(CARRIAGE_RETURN);
  return carriageReturn === -1 ? lineFeed : from + carriageReturn;
};
