import { uuidOf } from '@app/kernel';
import type { QueryConfig } from 'pg';

import type { CallOutcome } from './admission.js';
import { plainArray, textArray } from './array-literal.js';

/** An outcome, or `expired`: booked at what the call holds because nothing better is known. */
export type Settlement = CallOutcome | (Omit<CallOutcome, 'status'> & { readonly status: 'expired' });

/** The statement that books these outcomes; any of them may have been booked before. */
export const settleStatement = (settlements: readonly Settlement[]): QueryConfig => {
  const counters: Settlement[] = [];
  const places = new Map<string, number>();
  const counterOf = settlements.map((settlement) => {
    const name = `${settlement.organizationId} ${settlement.projectId} ${settlement.environment}`;
    const place = places.get(name) ?? counters.push(settlement);
    places.set(name, place);
    return place;
  });
  return {
    name: 'settle-calls',
    text: 'select settle_calls($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)',
    values: [
      plainArray(counters.map(({ organizationId }) => uuidOf(organizationId))),
      plainArray(counters.map(({ projectId }) => uuidOf(projectId))),
      plainArray(counters.map(({ environment }) => environment)),
      plainArray(counterOf),
      plainArray(settlements.map(({ requestId }) => uuidOf(requestId))),
      plainArray(settlements.map(({ status }) => status)),
      plainArray(settlements.map(({ httpStatus }) => httpStatus)),
      textArray(settlements.map(({ errorCode }) => errorCode)),
      plainArray(settlements.map(({ usage }) => usage.input)),
      plainArray(settlements.map(({ usage }) => usage.cacheRead)),
      plainArray(settlements.map(({ usage }) => usage.cacheWrite)),
      plainArray(settlements.map(({ usage }) => usage.output)),
      plainArray(settlements.map(({ usage }) => usage.reasoning)),
      plainArray(settlements.map(({ usage }) => usage.source)),
      plainArray(settlements.map(({ cost }) => cost)),
      plainArray(settlements.map(({ latencyMs }) => Math.round(latencyMs))),
      plainArray(settlements.map(({ ttftMs }) => (ttftMs === null ? null : Math.round(ttftMs)))),
    ],
  };
};
