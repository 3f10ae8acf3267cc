import { randomBytes } from 'node:crypto';

import {
  accountEvents,
  accountsEntities,
  accountsMigrations,
  AccountsModule,
  instanceEvents,
  instanceOwnersProjection,
} from '@app/accounts';
import { EventStoreModule, eventStoreMigrations } from '@app/event-store';
import { type CommandContext, INSTANCE_ORGANIZATION } from '@app/kernel';
import { membersEntities, membersMigrations, MembersModule, membershipsProjection } from '@app/members';
import {
  organizationEvents,
  organizationsEntities,
  organizationsMigrations,
  organizationsProjection,
} from '@app/organizations';
import {
  Config,
  createLog,
  DatabaseModule,
  EncryptionModule,
  Log,
  type Migrations,
  platformMigrations,
  Secret,
  SessionCookie,
} from '@app/platform';
import { projectsMigrations } from '@app/projects';
import { Global, type INestApplicationContext, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';

/** What accounts, organizations and members need, and nothing to their right. */
export const peopleMigrations: Migrations = [
  ...platformMigrations,
  ...eventStoreMigrations,
  ...accountsMigrations,
  ...organizationsMigrations,
  ...projectsMigrations,
  ...membersMigrations,
];

const secretKey = (): Secret => new Secret(randomBytes(32).toString('base64'));

const ONE_KEY_RING = { encryptionKeys: [{ id: 'k1', key: secretKey() }], keyPeppers: [{ id: 'p1', key: secretKey() }] };

/** A node without its HTTP server: the commands and queries of accounts, organizations and members. */
export const startPeople = async (url: string, settings: Partial<Config> = {}): Promise<INestApplicationContext> => {
  const config: Partial<Config> = {
    ...ONE_KEY_RING,
    databaseUrl: new Secret(url),
    publicUrl: 'http://localhost:3000',
    embedded: true,
    signUp: 'open',
    signUpPerMinute: 1_000,
    instanceOwnerEmail: null,
    ...settings,
  };
  @Global()
  @Module({
    providers: [
      { provide: Config, useValue: config },
      { provide: Log, useValue: createLog('people test', { logLevel: 'silent' }) },
      SessionCookie,
    ],
    exports: [Config, Log, SessionCookie],
  })
  class SettingsModule {}
  const module = await Test.createTestingModule({
    imports: [
      SettingsModule,
      DatabaseModule.forRoot({
        applicationName: 'people test',
        entities: [...accountsEntities, ...organizationsEntities, ...membersEntities],
      }),
      EncryptionModule,
      EventStoreModule.forRoot({
        events: [instanceEvents, accountEvents, organizationEvents],
        inlineProjections: [instanceOwnersProjection, organizationsProjection, membershipsProjection],
      }),
      AccountsModule,
      MembersModule,
    ],
  }).compile();
  return module.init();
};

/** The context of a request anybody may send, from an address. */
export const requestFrom = (ip: string): CommandContext => ({
  organizationId: INSTANCE_ORGANIZATION,
  actor: { type: 'system', id: 'anybody' },
  origin: { ip, userAgent: 'a test' },
  requestId: 'req_01h455vb4pex5vsknk084sn02q',
});

/** The code a command is refused with, or `ok`. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
