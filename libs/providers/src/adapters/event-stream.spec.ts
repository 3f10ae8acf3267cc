import { EventStreamParser, EventTooLarge, type StreamEvent } from './event-stream.js';

const STREAM =
  '\uFEFFdata: {"text":"grüße 😀 漢"}\r\n\r\n: keep alive\r\n\r\nevent: error\r\ndata: first\r\ndata:second\r\n\r\n' +
  'id: 7\nretry: 10\rdata\r\rdata: [DONE]\n\n';

const EVENTS: readonly StreamEvent[] = [
  { kind: 'event', name: '', data: '{"text":"grüße 😀 漢"}' },
  { kind: 'comment' },
  { kind: 'event', name: 'error', data: 'first\nsecond' },
  { kind: 'event', name: '', data: '' },
  { kind: 'event', name: '', data: '[DONE]' },
];

const parse = (pieces: readonly Buffer[], maxEventBytes = 1_000): readonly StreamEvent[] => {
  const parser = new EventStreamParser(maxEventBytes);
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
};

const cut = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

describe('event stream', () => {
  it('reads the same events however the bytes are cut', () => {
    const bytes = Buffer.from(STREAM);
    for (let size = 1; size <= bytes.length; size += 1) expect(parse(cut(bytes, size))).toEqual(EVENTS);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(parse([bytes.subarray(0, at), Buffer.alloc(0), bytes.subarray(at)])).toEqual(EVENTS);
    }
  });

  it('gives the last event of a stream that ends without a blank line', () => {
    expect(parse([Buffer.from('data: a\n\ndata: [DONE]')])).toEqual([
      { kind: 'event', name: '', data: 'a' },
      { kind: 'event', name: '', data: '[DONE]' },
    ]);
  });

  it('refuses an event without end, in one line or in many, whole or byte by byte', () => {
    const line = Buffer.from(`data: ${'x'.repeat(2_000)}`);
    const lines = Buffer.from('data: xxxxxxxx\n'.repeat(200));
    for (const size of [1, 7, 4_096]) {
      expect(() => parse(cut(line, size))).toThrow(EventTooLarge);
      expect(() => parse(cut(lines, size))).toThrow(EventTooLarge);
    }
  });

  it('takes any number of events and comments below the bound', () => {
    const events = parse(cut(Buffer.from(`data: ${'x'.repeat(900)}\n\n:${'y'.repeat(900)}\n`.repeat(50)), 333));
    expect(events).toHaveLength(100);
  });
});
