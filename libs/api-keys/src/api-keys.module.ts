import { ProjectsModule } from '@app/projects';
import { Module } from '@nestjs/common';

import { ApiKeyPrincipalResolver } from './access/api-key-principal-resolver.js';
import { ApiKeyRecognizer } from './access/api-key-recognizer.js';
import { CreateApiKeyHandler } from './commands/create-api-key.js';
import { RevokeApiKeyHandler } from './commands/revoke-api-key.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { ApiKeyQueries } from './projections/api-key.queries.js';

@Module({
  imports: [ProjectsModule],
  controllers: [ApiKeysController],
  providers: [ApiKeyQueries, ApiKeyRecognizer, ApiKeyPrincipalResolver, CreateApiKeyHandler, RevokeApiKeyHandler],
  exports: [ApiKeyRecognizer, ApiKeyPrincipalResolver],
})
export class ApiKeysModule {}
