import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Log } from '../logging/log.js';
import { databaseErrorOf } from '../database/database-failure.js';
import { publicError } from './public-error.js';
import { renderError } from './render-error.js';

/** Every error of a request ends here: what a controller throws, what Fastify refuses, a route that does not exist. */
@Injectable()
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(cause: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = publicError(cause);
    const { status, headers, body } = renderError(error, request.errorFamily, request.id);
    const line = { requestId: request.id, route: request.route, code: error.code };
    if (error.code === 'INTERNAL_ERROR') this.log.error('Request failed', line, cause);
    else if (databaseErrorOf(cause) !== null) this.log.warn('Request refused by the database', line, cause);
    if (reply.sent || reply.raw.headersSent) {
      // Too late for an answer; a cut connection at least cannot be read as a whole one.
      if (!reply.raw.writableEnded) reply.raw.destroy();
      return;
    }
    void reply.code(status).headers(headers).send(body);
  }
}
