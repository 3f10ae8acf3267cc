import { randomBytes } from 'node:crypto';

import type { OrganizationId } from '@app/kernel';
import {
  Config,
  Database,
  dataSourceOptions,
  DataKeyWrapping,
  EncryptionModule,
  Envelope,
  type KeyRing,
  type SealBinding,
  type SealScope,
  Secret,
  SecretStore,
} from '@app/platform';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';

export const randomKey = (id: string): KeyRing[number] => ({
  id,
  key: new Secret(randomBytes(32).toString('base64')),
});

/** One process of the product as far as sealing goes, with its own keys and connections. */
export class SealingProcess {
  readonly wrapping: DataKeyWrapping;
  readonly secrets: SecretStore;
  readonly envelope: Envelope;
  private readonly database: Database;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly module: TestingModule,
  ) {
    this.wrapping = module.get(DataKeyWrapping);
    this.secrets = module.get(SecretStore);
    this.envelope = module.get(Envelope);
    this.database = module.get(Database);
  }

  static async start(databaseUrl: string, encryptionKeys: KeyRing): Promise<SealingProcess> {
    const options = dataSourceOptions({
      url: new Secret(databaseUrl),
      applicationName: 'sealing test',
      entities: [],
      onConnectionLost: () => undefined,
    });
    const dataSource = await new DataSource(options).initialize();
    @Global()
    @Module({
      providers: [
        { provide: Config, useValue: { encryptionKeys, keyPeppers: [randomKey('p1')] } },
        { provide: Database, useValue: new Database(dataSource) },
      ],
      exports: [Config, Database],
    })
    class TestPlatformModule {}
    try {
      const imports = [TestPlatformModule, EncryptionModule];
      const module = await Test.createTestingModule({ imports }).compile();
      await module.init();
      return new SealingProcess(dataSource, module);
    } catch (error) {
      await dataSource.destroy();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.module.close();
    await this.dataSource.destroy();
  }

  inOrganization<T>(organizationId: OrganizationId, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.database.inOrganization(organizationId, work);
  }

  createDataKey(scope: SealScope): Promise<void> {
    return this.inOrganization(scope.organizationId, (tx) => this.envelope.createDataKey(tx, scope));
  }

  destroyDataKey(scope: SealScope, tx?: EntityManager): Promise<void> {
    if (tx !== undefined) return this.envelope.destroyDataKey(tx, scope);
    return this.inOrganization(scope.organizationId, (own) => this.envelope.destroyDataKey(own, scope));
  }

  seal(binding: SealBinding, plaintext: string): Promise<string> {
    return this.inOrganization(binding.organizationId, (tx) => this.envelope.seal(tx, binding, plaintext));
  }

  open(binding: SealBinding, sealed: string, tx?: EntityManager): Promise<string | null> {
    if (tx !== undefined) return this.envelope.open(tx, binding, sealed);
    return this.inOrganization(binding.organizationId, (own) => this.envelope.open(own, binding, sealed));
  }
}
