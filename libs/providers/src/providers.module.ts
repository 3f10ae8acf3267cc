import { ProjectsModule } from '@app/projects';
import { Module } from '@nestjs/common';

import { HttpProviderProbe } from './adapters/http-provider-probe.js';
import { ProviderProbe } from './adapters/provider-probe.js';
import { ConnectProviderHandler } from './commands/connect-provider.js';
import { DisconnectProviderHandler } from './commands/disconnect-provider.js';
import { TestProviderHandler } from './commands/test-provider.js';
import { ProvidersController } from './http/providers.controller.js';
import { ProviderQueries } from './projections/provider.queries.js';
import { Sandbox } from './sandbox/sandbox.js';

@Module({
  imports: [ProjectsModule],
  controllers: [ProvidersController],
  providers: [
    ProviderQueries,
    ConnectProviderHandler,
    DisconnectProviderHandler,
    TestProviderHandler,
    { provide: ProviderProbe, useClass: HttpProviderProbe },
    Sandbox,
  ],
  exports: [ProviderQueries, Sandbox],
})
export class ProvidersModule {}
