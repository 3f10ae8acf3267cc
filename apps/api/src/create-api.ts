import type { Config, Log } from '@app/platform';
import { NestLog } from '@app/platform';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { ApiModule } from './api.module.js';
import { type ApiParts, makeParts } from './api-parts.js';
import { describeApi, serveDocuments } from './openapi.js';

export interface Api {
  readonly app: NestFastifyApplication;
  readonly parts: ApiParts;
}

export const applicationOptions = (log: Log): NestApplicationOptions => ({
  logger: new NestLog(log),
  // The server has parsers of its own.
  bodyParser: false,
  // The process says itself why it does not start.
  abortOnError: false,
});

/** Adds what needs the whole application: the documents of its routes. */
export const completeApi = async (app: NestFastifyApplication): Promise<void> => {
  serveDocuments(app, await describeApi(app));
};

/** The application, wired and ready to listen. */
export const createApi = async (config: Config, log: Log): Promise<Api> => {
  const parts = makeParts(config, log);
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.forRoot(config, log, parts),
    new FastifyAdapter(parts.server),
    applicationOptions(log),
  );
  await completeApi(app);
  await app.init();
  await parts.server.ready();
  return { app, parts };
};
