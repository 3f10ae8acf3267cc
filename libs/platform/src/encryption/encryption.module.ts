import { Global, Module, type OnModuleInit } from '@nestjs/common';

import { Config } from '../config/config.js';
import { DataKeyWrapping } from './data-key-wrapping.js';
import { DataKeys } from './data-keys.js';
import { Envelope, SecretStore } from './envelope.js';
import { KeyDigests } from './key-digests.js';
import { KeyEncryptionKeys } from './key-encryption-keys.js';
import { PostgresEnvelope } from './postgres-envelope.js';
import { PostgresSecretStore } from './postgres-secret-store.js';

/** Sealing, secrets and digests of keys. Needs global providers of `Config` and `Database`. */
@Global()
@Module({
  providers: [
    {
      provide: KeyEncryptionKeys,
      inject: [Config],
      useFactory: (config: Config) => new KeyEncryptionKeys(config.encryptionKeys),
    },
    { provide: KeyDigests, inject: [Config], useFactory: (config: Config) => new KeyDigests(config.keyPeppers) },
    DataKeys,
    DataKeyWrapping,
    { provide: Envelope, useClass: PostgresEnvelope },
    { provide: SecretStore, useClass: PostgresSecretStore },
  ],
  exports: [DataKeyWrapping, Envelope, KeyDigests, SecretStore],
})
export class EncryptionModule implements OnModuleInit {
  constructor(private readonly wrapping: DataKeyWrapping) {}

  async onModuleInit(): Promise<void> {
    await this.wrapping.requireKeysInUse();
  }
}
