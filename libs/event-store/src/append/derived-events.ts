import { type DomainEvent, type OrganizationId, uuidOf } from '@app/kernel';
import type { EntityManager } from 'typeorm';

/**
 * Leaves out derived events that are stored already. Their id says what they were derived from, so deriving them again
 * is no second fact. Under the organization's lock nobody can store one between this look and the append.
 */
export const withoutRepeats = async <E extends DomainEvent>(
  events: readonly E[],
  tx: EntityManager,
  organizationId: OrganizationId,
): Promise<readonly E[]> => {
  const derived = events.flatMap(({ id }) => (id === undefined ? [] : [uuidOf(id)]));
  if (derived.length === 0) return events;
  const rows = await tx.query<{ id: string }[]>(
    'select id from events where organization_id = $1 and id = any($2::uuid[])',
    [uuidOf(organizationId), derived],
  );
  const seen = new Set(rows.map(({ id }) => id));
  return events.filter(({ id }) => {
    if (id === undefined) return true;
    const isRepeat = seen.has(uuidOf(id));
    seen.add(uuidOf(id));
    return !isRepeat;
  });
};
