import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { EventReader } from '@app/event-store';
import { type OrganizationId, uuidOf } from '@app/kernel';
import { newId } from '@app/platform';

import { withClient } from '../../support/database.js';
import { Gate, Installation, type Node } from './nodes.js';
import { contextOf, noteDecider, noteStream, type Received, receivedBy, recorder } from './notes.js';

let installation: Installation;
let node: Node;
let organizationId: OrganizationId;
let consumer: string;
const started: EventReader[] = [];

beforeAll(async () => {
  installation = await Installation.start();
  node = await installation.node({ poolSize: 12 });
});
afterEach(() => Promise.all(started.splice(0).map((reader) => reader.stop())));
afterAll(() => installation.close());
beforeEach(async () => {
  organizationId = await installation.organization(node);
  consumer = `recorder ${newId('whk')}`;
});

const write = (texts: readonly string[], stream = noteStream(), more = {}) =>
  node.runner.run(noteDecider, stream, { data: { texts }, context: contextOf(organizationId, more) }, () => null);

const received = (): Promise<Received[]> => receivedBy(installation.owner.manager, consumer);

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 20_000; !(await holds()); await sleep(20)) {
    if (performance.now() > end) throw new Error('waited 20 s in vain');
  }
};

/** Everything that was stored before the test counts too: a new consumer begins at the first event. */
const countStored = async (): Promise<number> => {
  const [{ count }] = await installation.owner.query<[{ count: string }]>('select count(*) from events');
  return Number(count);
};

/** Reads until everything stored is received: other databases of the server may hold the feed back for a while. */
const drain = (reader: EventReader): Promise<void> =>
  until(async () => {
    while ((await reader.readPage()) === 'moved');
    return (await received()).length >= (await countStored());
  });

const expectVersionsInOrder = (rows: readonly Received[]): void => {
  const seen = new Map<string, number>();
  for (const { stream_id: stream, version } of rows) {
    expect(version).toBe((seen.get(stream) ?? 0) + 1);
    seen.set(stream, version);
  }
};

describe('the reader of the event feed', () => {
  it('keeps version order in pages of one event, while claims and appends of many writers interleave', async () => {
    const reader = node.feed.readerOf(recorder(consumer), 1);
    started.push(reader);
    reader.start();
    const organizations = [
      organizationId,
      await installation.organization(node),
      await installation.organization(node),
    ];
    const writers = organizations.flatMap((organization) => {
      const stream = noteStream();
      // Two of them have the same keys: whoever comes second only claims.
      return ['a', 'a', 'b', 'b'].map(async (name) => {
        for (let i = 0; i < 8; i += 1) {
          const key = `${organization} ${name} ${i}`;
          const idempotency = { claim: createHash('sha256').update(key).digest('hex'), body: 'b', key };
          const context = contextOf(organization, { idempotency });
          await node.runner.run(noteDecider, stream, { data: { texts: ['a', 'b'] }, context }, () => null);
        }
      });
    });
    await Promise.all(writers);
    const stored = await countStored();
    await until(async () => (await received()).length >= stored);
    const rows = await received();
    expect(rows).toHaveLength(stored);
    expect(new Set(rows.map((row) => row.event_id)).size).toBe(stored);
    expectVersionsInOrder(rows);
  });

  it('never skips a writer that commits late, whom a reader by sequence alone skips', async () => {
    const reader = node.feed.readerOf(recorder(consumer));
    await drain(reader);
    const before = (await received()).length;
    const [{ last }] = await installation.owner.query<[{ last: string }]>('select max(position) as last from events');

    const { passed, open } = new Gate();
    const late = noteStream();
    const context = contextOf(organizationId);
    const lateWriter = node.runner.transaction(context, async (tx) => {
      await tx.decide(noteDecider, late, { data: { texts: ['late'] }, context });
      await passed;
    });
    await until(async () => (await openWriters()) === 1);
    organizationId = await installation.organization(node);
    const early = noteStream();
    await write(['early'], early);

    const naivePage = (after: string) =>
      installation.owner.query<{ position: string; stream_id: string }[]>(
        'select position, stream_id from events where position > $1 order by position',
        [after],
      );
    const [naive] = await naivePage(last);
    expect(naive?.stream_id).toBe(`note/${early.id}`);
    while ((await reader.readPage()) === 'moved');
    expect(await received()).toHaveLength(before);

    open();
    await lateWriter;
    expect(await naivePage(naive?.position ?? '')).toEqual([]);
    await drain(reader);
    const streams = (await received()).slice(before).map((row) => row.stream_id);
    expect(streams).toEqual([`note/${late.id}`, `note/${early.id}`]);
  });

  it('takes back what a reader does that has lost its lease, and stops it', async () => {
    await write(['a']);
    const { passed, open } = new Gate();
    let reached = 0;
    const zombie = node.feed.readerOf(
      recorder(consumer, async () => {
        reached += 1;
        await passed;
      }),
    );
    const zombiePage = zombie.readPage();
    await until(() => Promise.resolve(reached === 1));
    await installation.owner.query('update reader_partitions set lease_until = now() where name = $1', [consumer]);
    const successor = node.feed.readerOf(recorder(consumer));
    expect(await successor.readPage()).toBe('moved');
    const rows = await received();
    expect(rows.length).toBeGreaterThan(0);
    open();
    expect(await zombiePage).toBe('standby');
    expect(await received()).toEqual(rows);
    expect(await zombie.readPage()).toBe('standby');
    await drain(successor);
    expect(await received()).toHaveLength(await countStored());
  });

  it('lets one of several readers work, and the next one go on where it stopped', async () => {
    await write(['a']);
    const [first, second] = [node.feed.readerOf(recorder(consumer)), node.feed.readerOf(recorder(consumer))];
    await drain(first);
    await write(['b']);
    expect(await second.readPage()).toBe('standby');
    await first.stop();
    await drain(second);
    const rows = await received();
    expect(rows).toHaveLength(await countStored());
    expect(new Set(rows.map((row) => row.event_id)).size).toBe(rows.length);
  });

  it('gets the events before a failing one through, and that one as soon as it passes', async () => {
    const poisoned = noteStream();
    await write(['a', 'b'], noteStream());
    await write(['c'], poisoned);
    let fails = true;
    const reader = node.feed.readerOf(
      recorder(consumer, ({ streamId }) =>
        fails && streamId === `note/${poisoned.id}` ? Promise.reject(new Error('poisoned')) : Promise.resolve(),
      ),
    );
    started.push(reader);
    reader.start();
    const all = await countStored();
    await until(async () => (await received()).length === all - 1);
    fails = false;
    await until(async () => (await received()).length === all);
    const rows = await received();
    expect(rows.at(-1)?.stream_id).toBe(`note/${poisoned.id}`);
    expect(new Set(rows.map((row) => row.event_id)).size).toBe(all);
  });

  it('hands events over in clear, with a transaction that sees their organization only', async () => {
    await write(['mine']);
    const mine = organizationId;
    organizationId = await installation.organization(node);
    await write(['theirs']);
    const seen: unknown[] = [];
    const reader = node.feed.readerOf({
      name: consumer,
      events: ['NoteWritten'],
      handle: async (event, tx) => {
        if (event.organizationId !== mine) return;
        const rows = await tx.query<{ organization_id: string }[]>('select distinct organization_id from events');
        seen.push(event.data, rows);
      },
    });
    await until(async () => (await reader.readPage()) === 'idle' && seen.length > 0);
    expect(seen).toEqual([{ n: 1, text: 'mine' }, [{ organization_id: uuidOf(mine) }]]);
  });

  it('is told of commits at most ten times a second by a node', async () => {
    let told = 0;
    await withClient(installation.url, async (client) => {
      client.on('notification', () => (told += 1));
      await client.query('listen event_feed');
      const begin = performance.now();
      for (let i = 0; i < 30; i += 1) await write(['a']);
      const seconds = (performance.now() - begin) / 1_000;
      // The last commit is told of too.
      await sleep(300);
      expect(told).toBeGreaterThanOrEqual(2);
      expect(told).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 2);
    });
  });

  it('is woken by a commit on another node, and comes by itself when nobody wakes it', async () => {
    const reader = node.feed.readerOf(recorder(consumer));
    started.push(reader);
    reader.start();
    const other = await installation.node();
    const context = contextOf(organizationId);
    await other.runner.run(noteDecider, noteStream(), { data: { texts: ['a'] }, context }, () => null);
    await until(async () => (await received()).length === (await countStored()));
    await installation.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'ai-gateway feed listener' and datname = current_database()`,
    );
    await write(['b']);
    await until(async () => (await received()).length === (await countStored()));
    await until(async () => (await countListeners()) === 1);
  });
});

const countListeners = async (): Promise<number> => {
  const [{ count }] = await installation.owner.query<[{ count: string }]>(
    `select count(*) from pg_stat_activity
      where datname = current_database() and application_name = 'ai-gateway feed listener' and query = 'listen event_feed'`,
  );
  return Number(count);
};

/** Transactions of nodes that have written and not yet committed. */
const openWriters = async (): Promise<number> => {
  const [{ count }] = await installation.owner.query<[{ count: string }]>(
    `select count(*) from pg_stat_activity
      where datname = current_database() and backend_xid is not null and state = 'idle in transaction'`,
  );
  return Number(count);
};
