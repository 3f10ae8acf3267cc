import { GENESIS_LINK, type LeafContent, leafOf, linkOf } from './chain.js';
import type { StoredEvent } from './stored-event.js';
import { verifyChain } from './verify-chain.js';

const content = (seq: number): LeafContent => ({
  organizationId: '01890a5d-ac96-774b-bcce-b302099a8057',
  seq,
  id: `01936f2e-5d3a-7c11-8f00-${String(seq).padStart(12, '0')}`,
  streamId: 'note/1',
  version: seq,
  type: 'NoteWritten',
  schemaVersion: 1,
  projectId: null,
  data: `{"n":${seq}}`,
  metadata: '{"origin":null}',
  recordedAt: `2026-11-20T12:00:00.00000${seq}Z`,
  salt: Buffer.alloc(16, seq),
});

const linked = (event: LeafContent, previous: Buffer): StoredEvent => {
  const leaf = leafOf(event);
  return { ...event, leaf, link: linkOf(previous, leaf) };
};

const chainOf = (length: number): StoredEvent[] => {
  const events: StoredEvent[] = [];
  for (let seq = 1; seq <= length; seq += 1) events.push(linked(content(seq), events.at(-1)?.link ?? GENESIS_LINK));
  return events;
};

const at = (events: readonly StoredEvent[], seq: number): StoredEvent => {
  const event = events[seq - 1];
  if (event === undefined) throw new RangeError(`no entry ${seq}`);
  return event;
};

const changed = (seq: number, change: Partial<StoredEvent>): StoredEvent[] =>
  chainOf(6).map((event) => (event.seq === seq ? { ...event, ...change } : event));

describe('verifying a chain', () => {
  const whole = chainOf(6);
  const head = { seq: 6, link: at(whole, 6).link };

  it('finds a whole chain intact and names its head', () => {
    expect(verifyChain(whole)).toEqual({ status: 'intact', head });
    expect(verifyChain([])).toEqual({ status: 'intact', head: { seq: 0, link: GENESIS_LINK } });
  });

  it('continues from the head of the page before', () => {
    const first = verifyChain(whole.slice(0, 4));
    if (first.status === 'broken') throw new Error('the first page is whole');
    expect(verifyChain(whole.slice(4), { after: first.head })).toEqual({ status: 'intact', head });
    expect(verifyChain(whole.slice(5), { after: first.head })).toEqual({ status: 'broken', kind: 'removed', seq: 5 });
  });

  it.each<[string, Partial<StoredEvent>]>([
    ['data', { data: '{"n":7}' }],
    ['another spelling of the same data', { data: '{ "n":3}' }],
    ['a second member of the same name', { data: '{"n":7,"n":3}' }],
    ['data that is no object', { data: 'null' }],
    ['metadata', { metadata: '{"origin":1}' }],
    ['type', { type: 'NoteBurnt' }],
    ['stream', { streamId: 'note/2' }],
    ['version', { version: -1 }],
    ['project', { projectId: '01890a5d-ac96-774b-bcce-b302099a8057' }],
    ['time', { recordedAt: '2026-11-20T12:00:00.000009Z' }],
    ['salt', { salt: Buffer.alloc(16, 9) }],
    ['leaf', { leaf: Buffer.alloc(32, 9) }],
    ['link', { link: Buffer.alloc(32, 9) }],
  ])('names the entry whose %s was changed', (_, change) => {
    expect(verifyChain(changed(3, change))).toEqual({ status: 'broken', kind: 'changed', seq: 3 });
  });

  it('names the entry that was rewritten with a fitting leaf and link', () => {
    const forged = linked({ ...content(3), data: '{"n":7}' }, at(whole, 2).link);
    expect(verifyChain(changed(3, forged))).toEqual({ status: 'broken', kind: 'changed', seq: 3 });
  });

  it.each([1, 3, 5])('names the removed entry %i', (seq) => {
    expect(verifyChain(whole.filter((event) => event.seq !== seq))).toEqual({ status: 'broken', kind: 'removed', seq });
  });

  it('names the removed end when the head is known from elsewhere', () => {
    expect(verifyChain(whole.slice(0, 5))).toMatchObject({ status: 'intact' });
    expect(verifyChain(whole.slice(0, 5), { until: head })).toEqual({ status: 'broken', kind: 'removed', seq: 6 });
  });

  it('finds a chain that was written anew when the head is known from elsewhere', () => {
    const until = { seq: 3, link: Buffer.alloc(32, 9) };
    expect(verifyChain(whole, { until })).toEqual({ status: 'broken', kind: 'changed', seq: 3 });
  });

  it('names the first of two entries that changed places', () => {
    const swapped = whole.map((event) => {
      if (event.seq === 2) return { ...at(whole, 5), seq: 2 };
      return event.seq === 5 ? { ...at(whole, 2), seq: 5 } : event;
    });
    expect(verifyChain(swapped)).toEqual({ status: 'broken', kind: 'swapped', seq: 2 });
  });

  it('names the first entry of a file whose lines changed places, and one that is there twice', () => {
    const [first, second, third, ...rest] = whole as [StoredEvent, StoredEvent, StoredEvent, ...StoredEvent[]];
    expect(verifyChain([first, third, second, ...rest])).toEqual({ status: 'broken', kind: 'swapped', seq: 2 });
    expect(verifyChain([first, second, second, third])).toEqual({ status: 'broken', kind: 'repeated', seq: 2 });
  });

  it('refuses the entry of another organization', () => {
    const foreign = { organizationId: '01890a5d-ac96-774b-bcce-b302099a8058' };
    expect(verifyChain(changed(3, foreign))).toEqual({ status: 'broken', kind: 'changed', seq: 3 });
  });
});
