import type { EventId } from '@app/kernel';
import type { Envelope, SealScope } from '@app/platform';
import type { EntityManager } from 'typeorm';

import { canonicalJson } from '../chain/canonical-json.js';

export type EventData = Readonly<Record<string, unknown>>;

/** Where sealed members stand: what they are bound to. */
export interface SealedPlace extends SealScope {
  readonly eventId: EventId;
}

/** A sealed member as stored. It says so itself, so that old rows stay readable when a definition changes. */
interface SealedMember {
  readonly $sealed: string;
}

const isSealed = (value: unknown): value is SealedMember =>
  typeof value === 'object' && value !== null && '$sealed' in value && typeof value.$sealed === 'string';

const bindingOf = ({ eventId, organizationId, projectId }: SealedPlace, member: string) => ({
  organizationId,
  projectId,
  kind: 'event-field',
  row: `${eventId}/${member}`,
  origin: '',
});

/** All members at once: the envelope then reads the data key once for all of them. */
const mapMembers = async (
  data: EventData,
  change: (value: unknown, member: string) => Promise<unknown>,
): Promise<EventData> => {
  const changed = Object.entries(data).map(async ([member, value]) => [member, await change(value, member)] as const);
  return Object.fromEntries(await Promise.all(changed));
};

/** The data to store: listed members sealed, the others in clear. `null` hides nothing, and is what a destroyed key reads as. */
export const sealData = (
  envelope: Envelope,
  tx: EntityManager,
  place: SealedPlace,
  data: EventData,
  sealed: readonly string[],
): Promise<EventData> =>
  mapMembers(data, async (value, member) => {
    if (sealed.includes(member) && value !== null) {
      return { $sealed: await envelope.seal(tx, bindingOf(place, member), canonicalJson(value, member)) };
    }
    if (isSealed(value)) throw new TypeError(`the member ${member} looks like a sealed one`);
    return value;
  });

/** The data in clear; members whose data key has been destroyed are `null`. */
export const openData = (
  envelope: Envelope,
  tx: EntityManager,
  place: SealedPlace,
  data: EventData,
): Promise<EventData> =>
  mapMembers(data, async (value, member) => {
    if (!isSealed(value)) return value;
    const opened = await envelope.open(tx, bindingOf(place, member), value.$sealed);
    return opened === null ? null : (JSON.parse(opened) as unknown);
  });
