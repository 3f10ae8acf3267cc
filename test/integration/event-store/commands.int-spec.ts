import { EventsRecorded, type InlineProjection } from '@app/event-store';
import { DomainError, type OrganizationId, uuidOf } from '@app/kernel';
import { derivedId, newId } from '@app/platform';
import { EventBus } from '@nestjs/cqrs';

import { Gate, Installation, type Node } from './nodes.js';
import { boardDecider, boardStream, contextOf, noteDecider, noteStream } from './notes.js';

let installation: Installation;
let node: Node;
let organizationId: OrganizationId;

beforeAll(async () => {
  installation = await Installation.start();
  node = await installation.node();
});
afterAll(() => installation.close());
beforeEach(async () => {
  organizationId = await installation.organization(node);
});

const write = (texts: readonly string[], stream = noteStream(), by = node) =>
  by.runner.run(noteDecider, stream, { data: { texts }, context: contextOf(organizationId) }, (decided) => decided);

const takeSlug = (by: Node) =>
  by.runner.run(
    boardDecider,
    boardStream(),
    { data: { slug: 'main' }, context: contextOf(organizationId) },
    () => null,
  );

interface Place {
  readonly seq: string;
  readonly version: number;
}

const places = (): Promise<Place[]> =>
  installation.owner.query(`select seq, version from events where organization_id = $1 order by seq`, [
    uuidOf(organizationId),
  ]);

const clockRises = async (): Promise<boolean> => {
  const [clock] = await installation.owner.query<[{ rising: boolean }]>(
    `select bool_and(rising) as rising from (
       select recorded_at > lag(recorded_at) over (order by seq) as rising from events where organization_id = $1) pair`,
    [uuidOf(organizationId)],
  );
  return clock.rising;
};

describe('the command runner', () => {
  it('appends, folds and answers', async () => {
    const stream = noteStream();
    await write(['a'], stream);
    const { state, version, events } = await write(['b', 'c'], stream);
    expect(state.texts).toEqual(['a', 'b', 'c']);
    expect(version).toBe(3);
    expect(events).toMatchObject([
      { type: 'NoteWritten', seq: 2, version: 2, organizationId, projectId: null, data: { n: 2, text: 'b' } },
      { type: 'NoteWritten', seq: 3, version: 3, actor: { type: 'system', id: 'test' } },
    ]);
    const read = await node.database.inOrganization(organizationId, (tx) =>
      node.streams.fold(tx, organizationId, stream, noteDecider),
    );
    expect(read).toEqual({ state, version });
  });

  it('hands out exactly what a later reader gets', async () => {
    const stream = noteStream();
    const { events } = await write(['a', 'b'], stream);
    const read = await node.database.inOrganization(organizationId, (tx) =>
      node.streams.events(tx, organizationId, stream),
    );
    expect(read).toEqual(events);
  });

  it('appends nothing for a command that changes nothing', async () => {
    expect(await write([])).toEqual({ state: { texts: [] }, version: 0, events: [] });
    expect(await places()).toEqual([]);
  });

  it('keeps nothing of a command that is refused, its earlier decisions included', async () => {
    const refused = node.runner.transaction(contextOf(organizationId), async (tx) => {
      const context = contextOf(organizationId);
      await tx.decide(noteDecider, noteStream(), { data: { texts: ['a'] }, context });
      await tx.decide(noteDecider, noteStream(), { data: { texts: ['b'], refuse: true }, context });
    });
    await expect(refused).rejects.toEqual(new DomainError('CONFLICT', 'refused by the rules'));
    expect(await places()).toEqual([]);
  });

  it('does not answer for a transaction that PostgreSQL has rolled back', async () => {
    const swallowed = node.runner.transaction(contextOf(organizationId), async (tx) => {
      await tx.decide(noteDecider, noteStream(), { data: { texts: ['a'] }, context: contextOf(organizationId) });
      await tx.manager.query('select 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
    expect(await places()).toEqual([]);
  });

  it('writes several streams in one transaction, where decisions on one stream see each other', async () => {
    const [one, other] = [noteStream(), noteStream()];
    const context = contextOf(organizationId, { expectedVersion: 0 });
    const versions = await node.runner.transaction(context, async (tx) => {
      const first = await tx.decide(noteDecider, one, { data: { texts: ['a'] }, context });
      const second = await tx.decide(noteDecider, other, { data: { texts: ['b'] }, context });
      const third = await tx.decide(noteDecider, one, { data: { texts: ['c'] }, context });
      expect(third.state.texts).toEqual(['a', 'c']);
      return [first.version, second.version, third.version];
    });
    expect(versions).toEqual([1, 1, 2]);
    expect((await places()).map(({ seq }) => seq)).toEqual(['1', '2', '3']);
  });

  it('refuses decisions of one transaction that run at once: they would get the same numbers', async () => {
    const context = contextOf(organizationId);
    const command = { data: { texts: ['a'] }, context };
    const both = node.runner.transaction(context, (tx) =>
      Promise.all([tx.decide(noteDecider, noteStream(), command), tx.decide(noteDecider, noteStream(), command)]),
    );
    await expect(both).rejects.toThrow('follow one another');
    expect(await places()).toEqual([]);
  });

  it('refuses a stale version and names the current one', async () => {
    const stream = noteStream();
    await write(['a', 'b'], stream);
    const stale = node.runner.run(
      noteDecider,
      stream,
      { data: { texts: ['c'] }, context: contextOf(organizationId, { expectedVersion: 1 }) },
      () => null,
    );
    await expect(stale).rejects.toMatchObject({ code: 'VERSION_CONFLICT', details: { currentVersion: 2 } });
    expect(await places()).toHaveLength(2);
  });

  it('appends a derived event once, however often it is derived', async () => {
    const data = { texts: ['a'], id: derivedId('evt', organizationId, 'limit', '2026-11') };
    const derive = () =>
      node.runner.run(noteDecider, noteStream(), { data, context: contextOf(organizationId) }, ({ events }) => events);
    const [first] = await derive();
    expect(first?.id).toBe(data.id);
    expect(await derive()).toEqual([]);
    expect(await places()).toHaveLength(1);
  });

  it('numbers without gaps, in the order of the clock, under 8 nodes that write and roll back at once', async () => {
    const nodes = await Promise.all(Array.from({ length: 8 }, () => installation.node({ poolSize: 1 })));
    const stream = noteStream();
    const outcomes = await Promise.all(
      nodes.map(async ({ runner }) => {
        let refused = 0;
        for (let i = 0; i < 12; i += 1) {
          const command = { data: { texts: ['a', 'b'], refuse: i % 3 === 2 }, context: contextOf(organizationId) };
          await runner.run(noteDecider, stream, command, () => null).catch(() => (refused += 1));
        }
        return refused;
      }),
    );
    expect(outcomes).toEqual(Array.from({ length: 8 }, () => 4));
    const stored = await places();
    const expected = Array.from({ length: 128 }, (_, i) => i + 1);
    expect(stored.map(({ seq }) => Number(seq))).toEqual(expected);
    expect(stored.map(({ version }) => version)).toEqual(expected);
    expect(await clockRises()).toBe(true);
  });

  it('keeps the clock of an organization rising when the clock of the database has been set back', async () => {
    await write(['a']);
    await installation.owner.query(
      `update events set recorded_at = recorded_at + interval '1 hour' where organization_id = $1`,
      [uuidOf(organizationId)],
    );
    await write(['b', 'c']);
    expect(await clockRises()).toBe(true);
  });

  it('gives a slug to one of two writers on two nodes', async () => {
    const other = await installation.node();
    const outcomes = await Promise.allSettled([takeSlug(node), takeSlug(other)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toEqual(new DomainError('CONFLICT'));
    expect(await places()).toHaveLength(1);
  });

  it('runs inline projections in their order, those of admission rows once at the end', async () => {
    const calls: string[] = [];
    const projection = (name: string, locksAdmissionRows: boolean): InlineProjection => ({
      name,
      events: ['NoteWritten'],
      locksAdmissionRows,
      project: ({ version }) => {
        calls.push(`${name} ${version}`);
        return Promise.resolve();
      },
    });
    const inlineProjections = [projection('counters', true), projection('notes', false), projection('texts', false)];
    const { runner } = await installation.node({ inlineProjections });
    const context = contextOf(organizationId);
    const stream = noteStream();
    await runner.transaction(context, async (tx) => {
      await tx.decide(noteDecider, stream, { data: { texts: ['a'] }, context });
      calls.push('between');
      await tx.decide(noteDecider, stream, { data: { texts: ['b'] }, context });
      calls.push('answer');
    });
    const before = ['notes 1', 'texts 1', 'between', 'notes 2', 'texts 2', 'answer'];
    expect(calls).toEqual([...before, 'counters 1', 'counters 2']);
  });

  it('tells the listeners of its process what it has committed, and nothing of what was refused', async () => {
    const told: EventsRecorded[] = [];
    const listening = node.module.get(EventBus<EventsRecorded>).subscribe((recorded) => told.push(recorded));
    const { events } = await write(['a', 'b']);
    await write([]);
    await expect(write(['\0'])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    listening.unsubscribe();
    expect(told).toEqual([new EventsRecorded(events)]);
  });

  it('lets other organizations write while one waits', async () => {
    const { passed, open } = new Gate();
    const held = node.runner.transaction(contextOf(organizationId), () => passed);
    // More than the pool has connections.
    const waiting = Array.from({ length: 8 }, () => write(['a']));
    const free = await installation.organization(node);
    await node.runner.transaction(contextOf(free), () => Promise.resolve());
    open();
    await held;
    await Promise.all(waiting);
  });

  it('refuses a command of another chain, and text that no store can keep', async () => {
    const foreign = { data: { texts: ['a'] }, context: contextOf(newId('org')) };
    const mixed = node.runner.transaction(contextOf(organizationId), (tx) =>
      tx.decide(noteDecider, noteStream(), foreign),
    );
    await expect(mixed).rejects.toThrow('one chain');
    await expect(write(['a\0b'])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(write(['\ud800'])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(await places()).toEqual([]);
  });
});
