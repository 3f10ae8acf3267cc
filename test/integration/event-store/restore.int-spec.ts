import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { uuidOf } from '@app/kernel';
import { EmbeddedPostgres, migrate, Secret } from '@app/platform';
import { DataSource } from 'typeorm';

import { withClient } from '../../support/database.js';
import { BreakableLink } from './breakable-link.js';
import { Installation, migrations, type Node } from './nodes.js';
import { contextOf, noteDecider, noteStream, receivedBy, recorder } from './notes.js';

const POSTGRES_15 = '/usr/lib/postgresql/15';
const DATABASE = 'gateway';
const LOGIN = { role: 'gateway_login', password: new Secret('restored-with-the-roles') };
const CONSUMER = 'recorder';

const run = promisify(execFile);
const tool = (name: string): string => join(POSTGRES_15, 'bin', name);

let folder: string;
let before: EmbeddedPostgres;
let after: EmbeddedPostgres;
let link: BreakableLink;
let installation: Installation;
let restored: DataSource;
let node: Node;

const startCluster = async (name: string): Promise<EmbeddedPostgres> => {
  const cluster = await EmbeddedPostgres.start({ folder: join(folder, name), binaries: POSTGRES_15, durable: false });
  await withClient(cluster.adminUrl().reveal(), (client) => client.query(`create database ${DATABASE}`));
  return cluster;
};

beforeAll(async () => {
  const missing = ['postgres', 'initdb', 'pg_dump', 'pg_restore'].filter((name) => !existsSync(tool(name)));
  if (missing.length > 0) {
    throw new Error(
      `${missing.join(', ')} missing in ${POSTGRES_15}: apt-get install postgresql-15 postgresql-client-15`,
    );
  }
  folder = await mkdtemp(join(tmpdir(), 'event-store-restore-'));
  // PostgreSQL does not run as root: as another user it has to get in.
  await chmod(folder, 0o755);
  before = await startCluster('before');
  await migrate(before.adminUrl(DATABASE), migrations, LOGIN);
  link = await BreakableLink.to(before.url(LOGIN.role, LOGIN.password, DATABASE).reveal());
  installation = await Installation.on(link.url, before.adminUrl(DATABASE).reveal(), () => Promise.resolve());
  node = await installation.node();
}, 60_000);

afterAll(async () => {
  await installation?.close();
  await restored?.destroy();
  await link?.close();
  await before?.stop();
  await after?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Dumps the database, restores it in a new cluster, and lets the running node reconnect there. */
const moveToNewCluster = async (): Promise<void> => {
  const dump = join(folder, 'gateway.dump');
  await run(tool('pg_dump'), ['--format=custom', `--file=${dump}`, before.adminUrl(DATABASE).reveal()]);
  after = await startCluster('after');
  // Roles belong to the cluster: the migrate step makes them, as on any new server.
  await migrate(after.adminUrl('postgres'), [], LOGIN);
  await run(tool('pg_restore'), ['--exit-on-error', `--dbname=${after.adminUrl(DATABASE).reveal()}`, dump]);
  restored = await new DataSource({ type: 'postgres', url: after.adminUrl(DATABASE).reveal() }).initialize();
  link.moveTo(after.port);
};

interface Place {
  readonly epoch: number;
  readonly xid: string;
}

const lastPlace = async (source: DataSource): Promise<Place> => {
  const [place] = await source.query<[Place]>('select epoch, xid from events order by epoch desc, xid desc limit 1');
  return place;
};

it('delivers everything exactly once after a dump and a restore into another PostgreSQL 15, to processes that ran on', async () => {
  const organizationId = await installation.organization(node);
  const stream = noteStream();
  const write = (texts: readonly string[]) =>
    node.runner.run(
      noteDecider,
      stream,
      { data: { texts }, context: contextOf(organizationId) },
      ({ version }) => version,
    );

  // An old cluster has used many more transaction ids than a new one.
  await installation.owner.query(
    'do $$ begin for i in 1..5000 loop perform pg_current_xact_id(); commit; end loop; end $$',
  );
  const reader = node.feed.readerOf(recorder(CONSUMER));
  await write(['read in the old cluster']);
  while ((await reader.readPage()) === 'moved');
  expect(await receivedBy(installation.owner.manager, CONSUMER)).toHaveLength(1);
  await write(['not read in the old cluster', 'nor this']);
  const old = await lastPlace(installation.owner);

  await moveToNewCluster();
  expect(await write(['written in the new cluster'])).toBe(4);
  const moved = await lastPlace(restored);
  expect(Number(moved.xid)).toBeLessThan(Number(old.xid));
  expect(moved.epoch).toBe(old.epoch + 1);

  // The reader that ran on, until it finds nothing; its connection was to the old cluster.
  for (let outcome = 'moved'; outcome !== 'idle';) outcome = await reader.readPage().catch(() => 'moved');
  expect(await write(['and this'])).toBe(5);
  while ((await reader.readPage()) === 'moved');
  const rows = await receivedBy(restored.manager, CONSUMER);
  expect(rows.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);

  const [{ dense }] = await restored.query<[{ dense: boolean }]>(
    'select count(*) = max(seq) as dense from events where organization_id = $1',
    [uuidOf(organizationId)],
  );
  expect(dense).toBe(true);
}, 60_000);

const writeInNewOrganization = async (): Promise<void> => {
  const organizationId = await installation.organization(node);
  const context = contextOf(organizationId);
  await node.runner.run(noteDecider, noteStream(), { data: { texts: ['a'] }, context }, () => null);
};

it('begins the next epoch once for many writers, and another one when it comes back to a cluster it was in', async () => {
  const { epoch } = await lastPlace(restored);
  // As if the database had been in a third cluster meanwhile.
  await restored.query(
    'insert into cluster_epochs (epoch, system_identifier) select max(epoch) + 1, 1 from cluster_epochs',
  );
  await Promise.all(Array.from({ length: 4 }, writeInNewOrganization));
  const [{ epochs }] = await restored.query<[{ epochs: number[] }]>(
    'select array_agg(distinct epoch) as epochs from events where epoch > $1',
    [epoch],
  );
  expect(epochs).toEqual([epoch + 2]);
}, 60_000);
