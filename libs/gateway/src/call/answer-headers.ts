import type { IncomingHttpHeaders } from 'node:http';
import { formatUsd, type MicroUsd } from '@app/kernel';

import type { AnswerHeaders } from './client-answer.js';
import type { ResolvedModel } from './resolve-model.js';

/** What a provider may tell the caller beside the answer; everything else is between it and the connection's owner. */
const FROM_PROVIDER = ['openai-processing-ms', 'openai-version'] as const;
const PLAIN = /^[\x20-\x7e]*$/;

/** A name may have any characters, a header field may not. */
const headerText = (text: string): string => (PLAIN.test(text) ? text : encodeURIComponent(text));

/** The headers every answer of a provider gets. */
export const answerHeaders = (
  { provider, model }: ResolvedModel,
  requestId: string,
  provided: IncomingHttpHeaders,
): AnswerHeaders => {
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'x-request-id': requestId,
    'x-cencori-provider': headerText(provider),
    'x-cencori-model': headerText(model),
  };
  for (const name of FROM_PROVIDER) {
    const value = provided[name];
    if (typeof value === 'string' && PLAIN.test(value)) headers[name] = value;
  }
  return headers;
};

export const costHeader = (cost: MicroUsd | null): AnswerHeaders =>
  cost === null ? {} : { 'x-cencori-cost-usd': formatUsd(cost) };
