import type { FastifyReply } from 'fastify';

import type { RateState } from '../admission/admission.js';

/** On the raw answer, so that refusals and answers written past the framework both carry them. */
export const showRate = ({ raw }: FastifyReply, { limit, remaining, resetAt }: RateState): void => {
  raw.setHeader('x-ratelimit-limit', limit);
  raw.setHeader('x-ratelimit-remaining', remaining);
  raw.setHeader('x-ratelimit-reset', resetAt);
};
