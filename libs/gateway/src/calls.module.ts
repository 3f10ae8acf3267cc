import { ApiKeysModule } from '@app/api-keys';
import { ProjectsModule } from '@app/projects';
import { ProvidersModule } from '@app/providers';
import { Module } from '@nestjs/common';

import { AdmissionModule } from './admission.module.js';
import { AdmitCall } from './call/admit-call.js';
import { CallAuthentication } from './call/authenticate.js';
import { CarryOutCall } from './call/carry-out-call.js';
import { ChatCalls } from './call/chat-calls.js';
import { Deadlines } from './call/deadlines.js';
import { ProjectConfigurations } from './call/project-configurations.js';
import { RequestLimit } from './call/request-limit.js';
import { SettleCall } from './call/settle-call.js';
import { ChatCompletionsController } from './http/chat-completions.controller.js';
import { HealthController } from './http/health.controller.js';
import { ModelsController } from './http/models.controller.js';

/** The call path: from a request of a key to the answer of a provider. */
@Module({
  imports: [AdmissionModule, ApiKeysModule, ProjectsModule, ProvidersModule],
  controllers: [ChatCompletionsController, ModelsController, HealthController],
  providers: [
    CallAuthentication,
    ProjectConfigurations,
    AdmitCall,
    CarryOutCall,
    SettleCall,
    ChatCalls,
    Deadlines,
    RequestLimit,
  ],
})
export class CallsModule {}
