import { canonicalJson } from './canonical-json.js';
import { GENESIS_LINK, leafOf, linkOf } from './chain.js';
import type { StoredEvent } from './stored-event.js';

/** An entry and everything before it, in 32 bytes: what a seal signs and the next page continues from. */
export interface ChainHead {
  readonly seq: number;
  readonly link: Buffer;
}

export type ChainVerdict =
  | { readonly status: 'intact'; readonly head: ChainHead }
  | {
      readonly status: 'broken';
      /** What happened to the first entry that is not as it was written. */
      readonly kind: 'changed' | 'removed' | 'swapped' | 'repeated';
      /** The entry's place in the chain. */
      readonly seq: number;
    };

export interface ChainAnchors {
  /** Verified head before the first of the rows; without one the rows begin at the organization's first event. */
  readonly after?: ChainHead;
  /** Head the rows must reach, from a seal: only with it a removed end can be told. */
  readonly until?: ChainHead;
}

const broken = (kind: 'changed' | 'removed' | 'swapped' | 'repeated', seq: number): ChainVerdict => ({
  status: 'broken',
  kind,
  seq,
});

/** Another spelling of the same JSON counts as changed: what is stored is the canonical text, and only one text is. */
const isCanonical = (json: string): boolean => {
  try {
    return json.startsWith('{') && canonicalJson(JSON.parse(json), 'json') === json;
  } catch {
    return false;
  }
};

const holdsItsLeaf = (event: StoredEvent, seq: number): boolean =>
  isCanonical(event.data) && isCanonical(event.metadata) && leafOf({ ...event, seq }).equals(event.leaf);

/** An entry whose leaf is right at the place of another entry has been moved, not rewritten. */
const isMoved = (event: StoredEvent, events: readonly StoredEvent[]): boolean =>
  events.some(({ seq }) => seq !== event.seq && holdsItsLeaf(event, seq));

/**
 * Verifies an organization's events in the order of `seq`, as `readChain` gives them, and names the first entry that
 * was changed, removed or swapped. A whole chain that was written anew by somebody who holds the database is told by
 * the seals alone (`until`).
 */
export const verifyChain = (events: readonly StoredEvent[], { after, until }: ChainAnchors = {}): ChainVerdict => {
  let head: ChainHead = after ?? { seq: 0, link: GENESIS_LINK };
  for (const [i, event] of events.entries()) {
    const expected = head.seq + 1;
    if (event.seq < expected) return broken('repeated', event.seq);
    if (event.seq > expected) {
      const isLater = events.slice(i).some(({ seq }) => seq === expected);
      return broken(isLater ? 'swapped' : 'removed', expected);
    }
    if (!holdsItsLeaf(event, event.seq)) return broken(isMoved(event, events) ? 'swapped' : 'changed', expected);
    if (!linkOf(head.link, event.leaf).equals(event.link)) {
      // Whoever rewrites an entry can make its leaf and link anew, but not the next link: a link that the entry after
      // it confirms is the written one, so the entry before it was rewritten.
      const next = events[i + 1];
      const isConfirmed = next !== undefined && linkOf(event.link, next.leaf).equals(next.link);
      return broken('changed', isConfirmed && i > 0 ? head.seq : expected);
    }
    head = { seq: event.seq, link: event.link };
    if (head.seq === until?.seq && !head.link.equals(until.link)) return broken('changed', head.seq);
  }
  if (until !== undefined && head.seq < until.seq) return broken('removed', head.seq + 1);
  return { status: 'intact', head };
};
