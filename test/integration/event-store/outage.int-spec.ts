import { type CommandContext, type OrganizationId, uuidOf } from '@app/kernel';
import { newId } from '@app/platform';

import { BreakableLink } from './breakable-link.js';
import { Gate, Installation, type Node } from './nodes.js';
import { contextOf, noteDecider, noteStream, receivedBy, recorder } from './notes.js';

const UNAVAILABLE = expect.objectContaining({ name: 'DomainError', code: 'SERVICE_UNAVAILABLE' }) as unknown;
/** Five seconds are promised; a busy machine gets some more. */
const PATIENCE_MS = 8_000;

let installation: Installation;
let link: BreakableLink;
let node: Node;
let organizationId: OrganizationId;

beforeAll(async () => {
  installation = await Installation.start();
  link = await BreakableLink.to(installation.url);
  node = await installation.node({}, link.url);
});
afterAll(async () => {
  link.state = 'open';
  await installation.close();
  await link.close();
});
beforeEach(async () => {
  link.state = 'open';
  organizationId = await installation.organization(node);
});

const write = (more: Partial<CommandContext> = {}) =>
  node.runner.run(
    noteDecider,
    noteStream(),
    { data: { texts: ['a'] }, context: contextOf(organizationId, more) },
    ({ events }) => events[0]?.id,
  );

/** A command that stops in the middle, after it has written. */
const stopped = () => {
  const { passed, open } = new Gate();
  const context = contextOf(organizationId);
  const reached = new Gate();
  const answer = node.runner.transaction(context, async (tx) => {
    await tx.decide(noteDecider, noteStream(), { data: { texts: ['a'] }, context });
    reached.open();
    await passed;
  });
  return { answer, reached: reached.passed, open };
};

const countEvents = async (): Promise<number> => {
  const rows = await installation.owner.query<unknown[]>('select from events where organization_id = $1', [
    uuidOf(organizationId),
  ]);
  return rows.length;
};

const elapsed = async (work: Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await Promise.allSettled([work]);
  return performance.now() - begin;
};

describe('a command whose database is lost', () => {
  it('is SERVICE_UNAVAILABLE when the connections are cut in the middle, and the next one works', async () => {
    const { answer, reached, open } = stopped();
    await reached;
    link.cut();
    open();
    await expect(answer).rejects.toEqual(UNAVAILABLE);
    expect(await countEvents()).toBe(0);
    await expect(write()).resolves.toMatch(/^evt_/);
  });

  it('is SERVICE_UNAVAILABLE when the server ends its session in the middle, and the next one works', async () => {
    const { answer, reached, open } = stopped();
    await reached;
    await installation.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and backend_xid is not null`,
    );
    open();
    await expect(answer).rejects.toEqual(UNAVAILABLE);
    await expect(write()).resolves.toMatch(/^evt_/);
  });

  it('is SERVICE_UNAVAILABLE within five seconds when nothing arrives any more, and works again by itself', async () => {
    const { answer, reached, open } = stopped();
    await reached;
    link.state = 'silent';
    open();
    const waiting = [answer, write(), write()];
    for (const command of waiting) void command.catch(() => undefined);
    expect(await elapsed(Promise.allSettled(waiting))).toBeLessThan(PATIENCE_MS);
    for (const command of waiting) await expect(command).rejects.toEqual(UNAVAILABLE);
    link.state = 'open';
    await expect(write()).resolves.toMatch(/^evt_/);
    expect(await countEvents()).toBe(1);
  });

  it('is SERVICE_UNAVAILABLE within five seconds when another node holds the organization and does not move', async () => {
    const holder = installation.owner.createQueryRunner();
    await holder.startTransaction();
    await holder.query(`select pg_advisory_xact_lock(hashtextextended('event-store organization ' || $1, 0))`, [
      uuidOf(organizationId),
    ]);
    const waiting = write();
    void waiting.catch(() => undefined);
    expect(await elapsed(waiting)).toBeLessThan(PATIENCE_MS);
    await expect(waiting).rejects.toEqual(UNAVAILABLE);
    await holder.rollbackTransaction();
    await holder.release();
    await expect(write()).resolves.toMatch(/^evt_/);
  });

  it('does not keep others waiting for a command that never ends', async () => {
    const never = node.runner.transaction(contextOf(organizationId), async ({ manager }) => {
      // The server would end it a little later; here nobody helps.
      await manager.query('set local idle_in_transaction_session_timeout = 0');
      await new Gate().passed;
    });
    await expect(never).rejects.toEqual(UNAVAILABLE);
    await expect(write()).resolves.toMatch(/^evt_/);
    expect(await countEvents()).toBe(1);
  });

  it('tells a repeat with the same Idempotency-Key what became of a commit in doubt', async () => {
    const idempotency = { claim: newId('key'), body: 'b', key: 'k' };
    link.state = 'cut after commit';
    await expect(write({ idempotency })).rejects.toEqual(UNAVAILABLE);
    link.state = 'open';
    const [stored] = await installation.owner.query<[{ id: string }]>(
      'select id from events where organization_id = $1',
      [uuidOf(organizationId)],
    );
    const repeated = await write({ idempotency });
    expect(repeated && uuidOf(repeated)).toBe(stored.id);
    expect(await countEvents()).toBe(1);
  });
});

describe('a reader whose database is lost', () => {
  it('handles every event once, also when the commit of a page is in doubt', async () => {
    await write();
    const consumer = `recorder ${newId('whk')}`;
    const reader = node.feed.readerOf(recorder(consumer));
    link.state = 'cut after commit';
    // The commit of the claim is in doubt, then the commit of the page.
    await expect(reader.readPage()).rejects.toThrow('Connection terminated');
    link.state = 'open';
    let pages = 0;
    const counted = node.feed.readerOf(
      recorder(`${consumer} 2`, () => {
        pages += 1;
        link.state = 'cut after commit';
        return Promise.resolve();
      }),
    );
    await expect(counted.readPage()).rejects.toThrow('Connection terminated');
    link.state = 'open';
    expect(pages).toBeGreaterThan(0);
    const [{ count }] = await installation.owner.query<[{ count: string }]>('select count(*) from events');
    for (const [name, each] of [
      [consumer, reader],
      [`${consumer} 2`, counted],
    ] as const) {
      // Other databases of the server may hold the feed back for a while.
      while ((await receivedBy(installation.owner.manager, name)).length < Number(count)) await each.readPage();
      expect(await receivedBy(installation.owner.manager, name)).toHaveLength(Number(count));
    }
    expect(pages).toBe(Number(count));
  });
});
