import type { FastifyReply } from 'fastify';

/** Gives an answer the `ETag` of a stream's version; `If-Match` with it arrives as `context.expectedVersion`. */
export const setETag = (reply: FastifyReply, version: number): void => {
  void reply.header('etag', `"${version}"`);
};
