import { type MicroUsd, uuidOf } from '@app/kernel';
import type { QueryConfig } from 'pg';

import type { CallToAdmit, RateState, Verdict } from './admission.js';
import { numberElements, plainArray, textArray } from './array-literal.js';

/** Buckets of one second on a counter: a counted call leaves the window 61 seconds after the second it came in. */
const WINDOW_SECONDS = 61;

/** Row of `admit_calls`; its arrays arrive as literals. */
export type AdmitCallsRow = {
  readonly verdicts: string;
  readonly created_at: string;
  readonly limits: string;
  readonly used: string;
  readonly oldest: string;
  readonly spent: string;
  readonly caps: string;
};

/** Arrays stay as they come: the driver would make objects of what is read once. */
const RAW = { getTypeParser: () => (text: string) => text };

/**
 * The calls of one `admit_calls`: each counter and each key is named once, and calls name their key. Calls judged with
 * different versions of a configuration are different groups of one counter; only one of them can be current.
 */
export class AdmitGroup {
  private readonly counters: CallToAdmit[] = [];
  private readonly keys: { readonly counter: number; readonly call: CallToAdmit }[] = [];
  private readonly keyOfCall: number[] = [];

  constructor(private readonly calls: readonly CallToAdmit[]) {
    const counterPlaces = new Map<string, number>();
    const keyPlaces = new Map<string, number>();
    for (const call of calls) {
      const counterName = `${call.organizationId} ${call.projectId} ${call.environment} ${call.configVersion}`;
      const counter = placeOf(counterPlaces, counterName, () => this.counters.push(call));
      const keyName = `${counterName} ${call.apiKeyId}`;
      this.keyOfCall.push(placeOf(keyPlaces, keyName, () => this.keys.push({ counter, call })));
    }
  }

  statement(nodeId: string): QueryConfig {
    const { calls, counters, keys } = this;
    return {
      name: 'admit-calls',
      text: 'select * from admit_calls($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)',
      values: [
        nodeId,
        plainArray(counters.map(({ organizationId }) => uuidOf(organizationId))),
        plainArray(counters.map(({ projectId }) => uuidOf(projectId))),
        plainArray(counters.map(({ environment }) => environment)),
        plainArray(counters.map(({ configVersion }) => configVersion)),
        plainArray(keys.map(({ counter }) => counter)),
        plainArray(keys.map(({ call }) => uuidOf(call.apiKeyId))),
        plainArray(this.keyOfCall),
        plainArray(calls.map(({ requestId }) => uuidOf(requestId))),
        plainArray(calls.map(({ maxCost }) => maxCost)),
        textArray(calls.map(({ provider }) => provider)),
        textArray(calls.map(({ model }) => model)),
        textArray(calls.map(({ credentialSource }) => credentialSource)),
        plainArray(calls.map(({ streamed }) => streamed)),
        textArray(calls.map(({ metadata }) => metadata)),
        textArray(calls.map(({ priceVersion }) => priceVersion)),
      ],
      types: RAW,
    };
  }

  /** One verdict a call, in order. */
  verdicts(row: AdmitCallsRow): readonly Verdict[] {
    const states = statesOf(row);
    return this.calls.map((call, i) => {
      const key = this.keys[(this.keyOfCall[i] ?? 0) - 1];
      const state = states[(key?.counter ?? 0) - 1];
      if (state === undefined) throw new TypeError('admit_calls answered for fewer counters than it was asked about');
      return verdictOf(row.verdicts.charAt(i), state, call, row.created_at);
    });
  }
}

/** Place of a name, counted from 1 as arrays are in PostgreSQL; `add` answers the place of a new one. */
const placeOf = (places: Map<string, number>, name: string, add: () => number): number => {
  const known = places.get(name);
  if (known !== undefined) return known;
  const place = add();
  places.set(name, place);
  return place;
};

/** A counter as it was before the group, then call by call. */
interface CounterState {
  readonly limit: number;
  readonly resetAt: number;
  readonly cap: MicroUsd;
  used: number;
  spent: MicroUsd;
}

const statesOf = (row: AdmitCallsRow): readonly CounterState[] => {
  const [limits, used, oldest, spent, caps] = [row.limits, row.used, row.oldest, row.spent, row.caps].map(
    numberElements,
  );
  return (limits ?? []).map((limit, i) => ({
    limit: numberOf(limit),
    resetAt: (numberOf(oldest?.[i]) + WINDOW_SECONDS) * 1000,
    cap: amountOf(caps?.[i]),
    used: numberOf(used?.[i]),
    spent: amountOf(spent?.[i]),
  }));
};

const numberOf = (element: string | undefined): number =>
  element === undefined || element === 'NULL' ? 0 : Number(element);
const amountOf = (element: string | undefined): MicroUsd =>
  element === undefined || element === 'NULL' ? 0n : BigInt(element);

const rateOf = ({ limit, used, resetAt }: CounterState): RateState => ({
  limit,
  remaining: Math.max(0, limit - used),
  resetAt,
});

const verdictOf = (letter: string, state: CounterState, { maxCost }: CallToAdmit, admittedAt: string): Verdict => {
  switch (letter) {
    case 'A':
      state.used += 1;
      state.spent += maxCost ?? 0n;
      return { status: 'admitted', admittedAt, rate: rateOf(state) };
    case 'S':
      return { status: 'stale' };
    case 'K':
      return { status: 'refused', reason: 'key' };
    case 'R':
      return { status: 'refused', reason: 'rate', rate: rateOf(state) };
    case 'C':
      return { status: 'refused', reason: 'cap', spend: state.spent, cap: state.cap };
    case 'U':
      return { status: 'refused', reason: 'unpriced' };
    default:
      throw new TypeError('admit_calls gave an unknown verdict');
  }
};
