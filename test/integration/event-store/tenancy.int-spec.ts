import { type OrganizationId, uuidOf } from '@app/kernel';
import { newId } from '@app/platform';

import { Installation, type Node } from './nodes.js';
import { contextOf, noteDecider, noteStream } from './notes.js';

const TABLES = ['events', 'event_origins', 'idempotent_answers'];

let installation: Installation;
let node: Node;
let mine: OrganizationId;
let theirs: OrganizationId;

beforeAll(async () => {
  installation = await Installation.start();
  node = await installation.node();
  mine = await installation.organization(node);
  theirs = await installation.organization(node);
  for (const organizationId of [mine, theirs]) {
    const context = contextOf(organizationId, {
      actor: { type: 'user', id: newId('usr') },
      origin: { ip: '203.0.113.1', userAgent: null },
      idempotency: { claim: 'c', body: 'b', key: 'k' },
    });
    await node.runner.run(noteDecider, noteStream(), { data: { texts: ['a'] }, context }, () => null);
  }
});
afterAll(() => installation.close());

const organizationsIn = (table: string): Promise<{ organization_id: string }[]> =>
  node.database.inOrganization(mine, (tx) => tx.query(`select organization_id from ${table}`));

const attempt = (sql: string, values: readonly unknown[] = []): Promise<unknown> =>
  node.database.inOrganization(mine, (tx) => tx.query(sql, [...values]));

describe('the tables of the event store, for the application', () => {
  it.each(TABLES)('%s shows the organization of the transaction and no other', async (table) => {
    expect(await organizationsIn(table)).toEqual([{ organization_id: uuidOf(mine) }]);
  });

  it.each(TABLES)('%s shows nothing without an organization', async (table) => {
    expect(await node.dataSource.query(`select from ${table}`)).toEqual([]);
  });

  it('takes no row for another organization', async () => {
    const insert = 'insert into event_origins (organization_id, event_id, salt) values ($1, $1, $2)';
    await expect(attempt(insert, [uuidOf(theirs), Buffer.alloc(16)])).rejects.toThrow('row-level security');
  });

  it.each([
    ['changes an event', `update events set data = '{}'`],
    ['deletes an event', 'delete from events'],
    ['empties the events', 'truncate events'],
    ['chooses the epoch of an event', 'insert into events (epoch) values (0)'],
    ['chooses the xid of an event', `insert into events (xid) values ('0')`],
    ['chooses the position of an event', 'insert into events (position) overriding system value values (0)'],
    ['reads the epochs', 'select from cluster_epochs'],
    ['begins an epoch', 'insert into cluster_epochs (epoch, system_identifier) values (9, 9)'],
  ])('refuses whoever %s', async (_, sql) => {
    await expect(attempt(sql)).rejects.toThrow('permission denied');
  });

  it('shows of other organizations only where their events are', async () => {
    const headers = await node.database.lookup<Record<string, unknown>>(
      `select * from read_event_feed(0, '0', 0, 100)`,
    );
    expect(new Set(headers.map((row) => row.organization_id))).toEqual(new Set([uuidOf(mine), uuidOf(theirs)]));
    const columns = ['organization_id', 'seq', 'id', 'type', 'project_id', 'epoch', 'xid', 'position'];
    expect(Object.keys(headers[0] ?? {})).toEqual(columns);
  });
});
