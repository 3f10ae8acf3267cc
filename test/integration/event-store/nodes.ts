import { randomBytes } from 'node:crypto';

import {
  CommandRunner,
  EventFeed,
  EventStoreModule,
  eventStoreMigrations,
  type InlineProjection,
  StreamReader,
} from '@app/event-store';
import type { OrganizationId } from '@app/kernel';
import {
  Config,
  createLog,
  Log,
  Database,
  DatabaseModule,
  EncryptionModule,
  Envelope,
  newId,
  platformMigrations,
  Secret,
} from '@app/platform';
import type { DynamicModule, Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';

import { createTestDatabase } from '../../support/database.js';
import { boardEvents, boardSlugs, contextOf, noteEvents, Notes1763700099000 } from './notes.js';

export const migrations = [...platformMigrations, ...eventStoreMigrations, Notes1763700099000];

/** Key-encryption keys that all nodes of a test file share, as the processes of one installation do. */
const encryptionKeys = [{ id: 'k1', key: new Secret(randomBytes(32).toString('base64')) }];

export interface NodeOptions {
  readonly inlineProjections?: readonly (InlineProjection | Type<InlineProjection>)[];
  readonly poolSize?: number;
}

/** The parts of an application that keep and read events, with a connection pool of their own. */
export interface Node {
  readonly module: TestingModule;
  readonly runner: CommandRunner;
  readonly feed: EventFeed;
  readonly streams: StreamReader;
  readonly envelope: Envelope;
  readonly database: Database;
  readonly dataSource: DataSource;
}

class Process {}

const processModule = (config: Partial<Config>): DynamicModule => ({
  module: Process,
  global: true,
  providers: [
    { provide: Config, useValue: config },
    { provide: Log, useValue: createLog('event-store-test', { logLevel: 'silent' }) },
  ],
  exports: [Config, Log],
});

/** Nodes, the owner's connection and the database of a test file; all of it is gone after `close`. */
export class Installation {
  readonly #nodes: Node[] = [];

  private constructor(
    readonly url: string,
    /** Sees and damages everything, as only somebody with the owner's password can. */
    readonly owner: DataSource,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(): Promise<Installation> {
    const database = await createTestDatabase(migrations);
    return Installation.on(database.url, database.adminUrl, () => database.drop());
  }

  static async on(url: string, adminUrl: string, drop: () => Promise<void>): Promise<Installation> {
    const owner = await new DataSource({ type: 'postgres', url: adminUrl }).initialize();
    return new Installation(url, owner, drop);
  }

  async node({ inlineProjections = [boardSlugs], poolSize = 4 }: NodeOptions = {}, url = this.url): Promise<Node> {
    const config = {
      databaseUrl: new Secret(url),
      encryptionKeys,
      keyPeppers: encryptionKeys,
    } satisfies Partial<Config>;
    const module = await Test.createTestingModule({
      imports: [
        processModule(config),
        DatabaseModule.forRoot({ applicationName: 'event store test', entities: [], poolSize }),
        EncryptionModule,
        EventStoreModule.forRoot({ events: [noteEvents, boardEvents], inlineProjections }),
      ],
    }).compile();
    await module.init();
    const node: Node = {
      module,
      runner: module.get(CommandRunner),
      feed: module.get(EventFeed),
      streams: module.get(StreamReader),
      envelope: module.get(Envelope),
      database: module.get(Database),
      dataSource: module.get(DataSource),
    };
    this.#nodes.push(node);
    return node;
  }

  /** A new organization with its data key. */
  async organization({ runner, envelope }: Node): Promise<OrganizationId> {
    const organizationId = newId('org');
    await runner.transaction(contextOf(organizationId), ({ manager }) =>
      envelope.createDataKey(manager, { organizationId, projectId: null }),
    );
    return organizationId;
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map(({ module }) => module.close()));
    await this.owner.destroy();
    await this.drop();
  }
}

/** Holds a transaction at a chosen point until somebody opens it. */
export class Gate {
  open!: () => void;
  readonly passed = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
