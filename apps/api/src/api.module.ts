import { AccountsModule } from '@app/accounts';
import { ApiKeysModule } from '@app/api-keys';
import { entities, eventStoreOptions } from '@app/composition';
import { EventStoreModule } from '@app/event-store';
import { AdmissionModule, CallsModule } from '@app/gateway';
import { MembersModule } from '@app/members';
import {
  type Config,
  ConfigModule,
  DatabaseModule,
  EncryptionModule,
  HttpModule,
  type Log,
  LogModule,
  OutboundModule,
} from '@app/platform';
import { ProjectsModule } from '@app/projects';
import { ProvidersModule } from '@app/providers';
import { type DynamicModule, Module } from '@nestjs/common';

import { AccessModule } from './access.module.js';
import type { ApiParts } from './api-parts.js';

/** Everything the api process consists of. */
@Module({})
export class ApiModule {
  static forRoot(config: Config, log: Log, parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot(config),
        LogModule.forRoot(log),
        DatabaseModule.forRoot({ applicationName: 'ai-gateway api', entities }),
        EncryptionModule,
        OutboundModule,
        EventStoreModule.forRoot(eventStoreOptions),
        HttpModule.forRoot({ ...parts, imports: [AccessModule] }),
        AccountsModule,
        MembersModule,
        ProjectsModule,
        ApiKeysModule,
        ProvidersModule,
        AdmissionModule,
        CallsModule,
      ],
    };
  }
}
