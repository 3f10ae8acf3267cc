import {
  type Command,
  type CommandContext,
  type Decider,
  DomainError,
  type DomainEvent,
  type EventDefinitions,
  type EventId,
  type OrganizationId,
  type RecordedEvent,
  type StreamRef,
} from '@app/kernel';
import type { EventConsumer, InlineProjection } from '@app/event-store';
import { newId, protectTenantTable } from '@app/platform';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';

/** A small domain of its own: notes on boards, boards with a slug that only one of them has. */
export type NoteWritten = DomainEvent<'NoteWritten', { readonly n: number; readonly text: string | null }>;
export type BoardNamed = DomainEvent<'BoardNamed', { readonly slug: string }>;

export const noteEvents: EventDefinitions<NoteWritten> = { NoteWritten: { schemaVersion: 1, sealed: ['text'] } };
export const boardEvents: EventDefinitions<BoardNamed> = { BoardNamed: { schemaVersion: 1, sealed: [] } };

export type WriteNotes = Command<{
  readonly texts: readonly string[];
  readonly id?: EventId;
  readonly refuse?: boolean;
}>;

export interface Notes {
  readonly texts: readonly (string | null)[];
}

export const noteDecider: Decider<Notes, WriteNotes, NoteWritten> = {
  initialState: { texts: [] },
  decide: ({ data: { texts, id, refuse } }, notes) => {
    if (refuse === true) throw new DomainError('CONFLICT', 'refused by the rules');
    return texts.map((text, i) => ({
      type: 'NoteWritten',
      data: { n: notes.texts.length + i + 1, text },
      ...(id === undefined ? {} : { id }),
    }));
  },
  evolve: ({ texts }, { data }) => ({ texts: [...texts, data.text] }),
};

export const boardDecider: Decider<null, Command<{ readonly slug: string }>, BoardNamed> = {
  initialState: null,
  decide: ({ data: { slug } }) => [{ type: 'BoardNamed', data: { slug } }],
  evolve: () => null,
};

export const noteStream = (id = newId('whk')): StreamRef => ({ type: 'note', id, projectId: null });
export const boardStream = (id = newId('whk')): StreamRef => ({ type: 'board', id, projectId: null });

export const contextOf = (organizationId: OrganizationId, more: Partial<CommandContext> = {}): CommandContext => ({
  organizationId,
  actor: { type: 'system', id: 'test' },
  origin: { ip: null, userAgent: null },
  requestId: newId('req'),
  ...more,
});

/** The inline read model whose unique index decides who has a slug. */
export const boardSlugs: InlineProjection = {
  name: 'board slugs',
  events: ['BoardNamed'],
  project: async ({ streamId, data }, tx) => {
    await tx.query(`insert into board_slugs values (current_setting('app.organization_id')::uuid, $1, $2)`, [
      (data as BoardNamed['data']).slug,
      streamId,
    ]);
  },
};

/** A consumer that writes down what it gets. The table takes an event twice, so that a repeat shows. */
export const recorder = (
  name: string,
  before: (event: RecordedEvent) => Promise<void> = () => Promise.resolve(),
): EventConsumer => ({
  name,
  events: ['NoteWritten'],
  handle: async (event, tx) => {
    await before(event);
    await tx.query(
      `insert into received (organization_id, consumer, event_id, stream_id, version)
       values (current_setting('app.organization_id')::uuid, $1, $2, $3, $4)`,
      [name, event.id, event.streamId, event.version],
    );
  },
});

export interface Received {
  readonly event_id: string;
  readonly stream_id: string;
  readonly version: number;
}

/** What a consumer got, in the order it got it; `tx` as the owner, who sees all organizations. */
export const receivedBy = (tx: EntityManager, consumer: string): Promise<Received[]> =>
  tx.query('select event_id, stream_id, version from received where consumer = $1 order by nr', [consumer]);

export class Notes1763700099000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table board_slugs (organization_id uuid not null, slug text not null, stream_id text not null,
                                primary key (organization_id, slug))`);
    await protectTenantTable(runner, 'board_slugs', { application: ['select', 'insert'] });
    await runner.query(`
      create table received (organization_id uuid not null, nr bigint generated always as identity, consumer text not null,
                             event_id text not null, stream_id text not null, version integer not null,
                             primary key (organization_id, nr))`);
    await protectTenantTable(runner, 'received', { application: ['select', 'insert'] });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table received, board_slugs');
  }
}
