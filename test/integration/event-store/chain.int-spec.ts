import { createHmac } from 'node:crypto';

import { readChain, verifyChain, type ChainVerdict } from '@app/event-store';
import { type AccountId, type OrganizationId, uuidOf } from '@app/kernel';
import { newId } from '@app/platform';

import { Installation, type Node } from './nodes.js';
import { contextOf, noteDecider, noteStream } from './notes.js';

let installation: Installation;
let node: Node;
let organizationId: OrganizationId;
const stream = noteStream();

beforeAll(async () => {
  installation = await Installation.start();
  node = await installation.node();
});
afterAll(() => installation.close());
beforeEach(async () => {
  organizationId = await installation.organization(node);
  for (const text of ['first', 'second', 'third', 'fourth', 'fifth']) await write(text);
});

const write = (text: string, context = contextOf(organizationId)) =>
  node.runner.run(noteDecider, stream, { data: { texts: [text] }, context }, ({ state }) => state);

const verify = (): Promise<ChainVerdict> =>
  node.database.inOrganization(organizationId, async (tx) =>
    verifyChain(await readChain(tx, uuidOf(organizationId), 0, 100)),
  );

/** What only the owner of the tables can do. */
const damage = (sql: string) => installation.owner.query(sql, [uuidOf(organizationId)]);

describe('the chain of an organization', () => {
  it('verifies as it was written, also read in pages', async () => {
    const verdict = await verify();
    expect(verdict).toMatchObject({ status: 'intact', head: { seq: 5 } });
    await node.database.inOrganization(organizationId, async (tx) => {
      const first = verifyChain(await readChain(tx, uuidOf(organizationId), 0, 2));
      if (first.status === 'broken') throw new Error('the first page is broken');
      const rest = await readChain(tx, uuidOf(organizationId), first.head.seq, 100);
      expect(verifyChain(rest, { after: first.head })).toEqual(verdict);
    });
  });

  it('names a changed event', async () => {
    await damage(`update events set data = '{"n":3,"text":null}' where organization_id = $1 and seq = 3`);
    expect(await verify()).toEqual({ status: 'broken', kind: 'changed', seq: 3 });
  });

  it('names an event whose time was changed by a microsecond', async () => {
    await damage(`update events set recorded_at = recorded_at + interval '1 microsecond'
                   where organization_id = $1 and seq = 2`);
    expect(await verify()).toEqual({ status: 'broken', kind: 'changed', seq: 2 });
  });

  it('names a removed event', async () => {
    await damage('delete from events where organization_id = $1 and seq = 4');
    expect(await verify()).toEqual({ status: 'broken', kind: 'removed', seq: 4 });
  });

  it('names the first of two events that changed places', async () => {
    await damage(`update events set seq = seq + 100 where organization_id = $1 and seq in (2, 4)`);
    await damage(`update events set seq = 106 - seq where organization_id = $1 and seq in (102, 104)`);
    expect(await verify()).toEqual({ status: 'broken', kind: 'swapped', seq: 2 });
  });

  it('keeps its order and its proof when the rows get new places in the feed', async () => {
    const before = await verify();
    await damage(`update events set epoch = epoch + 1, xid = '7' where organization_id = $1`);
    expect(await verify()).toEqual(before);
  });
});

const rowTexts = async (): Promise<string> => {
  const rows = await installation.owner.query<{ row: string }[]>(
    'select events::text as row from events where organization_id = $1',
    [uuidOf(organizationId)],
  );
  return rows.map(({ row }) => row).join('\n');
};

describe('what an event stores', () => {
  it('holds sealed members in no readable form', async () => {
    const rows = await rowTexts();
    expect(rows).toContain('$sealed');
    for (const form of ['third', Buffer.from('third').toString('base64'), Buffer.from('third').toString('hex')]) {
      expect(rows).not.toContain(form);
    }
    expect((await write('sixth')).texts).toEqual(['first', 'second', 'third', 'fourth', 'fifth', 'sixth']);
  });

  it('reads as null once the data key is destroyed, and the chain still verifies', async () => {
    const before = await verify();
    await node.runner.transaction(contextOf(organizationId), ({ manager }) =>
      node.envelope.destroyDataKey(manager, { organizationId, projectId: null }),
    );
    const { state, version } = await node.database.inOrganization(organizationId, (tx) =>
      node.streams.fold(tx, organizationId, stream, noteDecider),
    );
    expect({ texts: state.texts, version }).toEqual({ texts: [null, null, null, null, null], version: 5 });
    expect(await verify()).toEqual(before);
  });

  it('keeps address and browser of a person beside the event, and nothing after they are erased', async () => {
    const accountId: AccountId = newId('usr');
    const origin = { ip: '203.0.113.77', userAgent: 'planted-browser/1' };
    await write('sixth', contextOf(organizationId, { actor: { type: 'user', id: accountId }, origin }));
    expect(await rowTexts()).not.toMatch(/203\.0\.113\.77|planted-browser/);
    const whose = [uuidOf(organizationId), uuidOf(accountId)];
    const [row] = await installation.owner.query<[{ ip: string; user_agent: string; salt: Buffer; hash: string }]>(
      `select ip, user_agent, side.salt, events.metadata ->> 'origin' as hash
         from event_origins side
         join events on events.organization_id = side.organization_id and events.id = side.event_id
        where side.organization_id = $1 and side.account_id = $2`,
      whose,
    );
    expect(row).toMatchObject({ ip: origin.ip, user_agent: origin.userAgent });
    expect(row.hash).toBe(createHmac('sha256', row.salt).update(JSON.stringify(origin)).digest('hex'));

    await node.database.inOrganization(organizationId, (tx) =>
      tx.query('delete from event_origins where organization_id = $1 and account_id = $2', whose),
    );
    expect(await verify()).toMatchObject({ status: 'intact', head: { seq: 6 } });
  });

  it('keeps no side row of what no person sent', async () => {
    const rows = await installation.owner.query('select from event_origins where organization_id = $1', [
      uuidOf(organizationId),
    ]);
    expect(rows).toHaveLength(0);
  });
});
