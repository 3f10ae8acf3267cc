import { formatUsd, idOf } from '@app/kernel';
import { showTime } from '@app/platform';

import type { Environment, RequestDetailView, RequestStatus, RequestView } from './request.view.js';

/** A row of `open_calls` or `requests` as the statements here select it. */
export interface RequestRow {
  readonly id: string;
  readonly request_id: string | null;
  readonly kind: 'open' | 'call' | 'blocked' | 'correction' | 'adjustment';
  readonly status: string;
  readonly environment: Environment;
  readonly provider: string | null;
  readonly model: string | null;
  readonly credential_source: string | null;
  readonly api_key_id: string | null;
  readonly streamed: boolean | null;
  readonly input_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly output_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly usage_source: string | null;
  readonly max_cost: string | null;
  readonly cost: string | null;
  readonly charge: string | null;
  readonly overrun: boolean;
  readonly price_version: string | null;
  /** RFC 3339, UTC, microseconds: sorts as text and takes part in cursors. */
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly latency_ms: number | null;
  readonly ttft_ms: number | null;
  readonly http_status: number | null;
  readonly error_code: string | null;
  readonly metadata: string | null;
  readonly day: string | null;
}

const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

const SHARED = `id, environment, provider, model, credential_source, api_key_id, streamed, max_cost, price_version,
  to_char(created_at at time zone 'UTC', ${TIME}) as created_at, metadata`;

export const OPEN_COLUMNS = `${SHARED}, null::uuid as request_id, 'open' as kind, 'admitted' as status,
  null::integer as input_tokens, null::integer as cache_read_tokens, null::integer as cache_write_tokens,
  null::integer as output_tokens, null::integer as reasoning_tokens, null as usage_source, null::bigint as cost,
  null::bigint as charge, false as overrun, null as finished_at, null::integer as latency_ms, null::integer as ttft_ms,
  null::smallint as http_status, null as error_code, null as day`;

export const FINISHED_COLUMNS = `${SHARED}, request_id, kind, status, input_tokens, cache_read_tokens, cache_write_tokens,
  output_tokens, reasoning_tokens, usage_source, cost, charge, overrun,
  to_char(finished_at at time zone 'UTC', ${TIME}) as finished_at, latency_ms, ttft_ms, http_status, error_code,
  day::text as day`;

/** What a later row says of its call: a correction tells how it ended, every one adds its amounts. */
const fold = (call: RequestRow, later: RequestRow): RequestRow => {
  const sums = { cost: sum(call.cost, later.cost), charge: sum(call.charge, later.charge) };
  if (later.kind !== 'correction') return { ...call, ...sums };
  const { max_cost: maxCost, metadata, created_at: createdAt, kind, id } = call;
  return { ...later, ...sums, id, kind, max_cost: maxCost, metadata, created_at: createdAt };
};

const sum = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? (a ?? b) : String(BigInt(a) + BigInt(b));

/** Calls with their later rows folded in, oldest first. */
export const folded = (calls: readonly RequestRow[], later: readonly RequestRow[]): readonly RequestRow[] => {
  const ofCall = new Map<string | null, RequestRow[]>();
  for (const row of later) ofCall.set(row.request_id, [...(ofCall.get(row.request_id) ?? []), row]);
  return calls.map((call) => (ofCall.get(call.id) ?? []).reduce(fold, call));
};

const usd = (amount: string | null): string | null => (amount === null ? null : formatUsd(BigInt(amount)));

export const viewOf = (row: RequestRow): RequestView => ({
  id: idOf('req', row.id),
  status: row.status as RequestStatus,
  environment: row.environment,
  provider: row.provider,
  model: row.model,
  credentialSource: row.credential_source,
  keyId: row.api_key_id === null ? null : idOf('key', row.api_key_id),
  streamed: row.streamed,
  inputTokens: row.input_tokens,
  cacheReadTokens: row.cache_read_tokens,
  cacheWriteTokens: row.cache_write_tokens,
  outputTokens: row.output_tokens,
  reasoningTokens: row.reasoning_tokens,
  usageSource: row.usage_source,
  costUsd: usd(row.cost),
  chargeUsd: usd(row.charge),
  latencyMs: row.latency_ms,
  ttftMs: row.ttft_ms,
  httpStatus: row.http_status,
  errorCode: row.error_code,
  createdAt: showTime(row.created_at),
});

export const detailOf = (
  row: RequestRow,
  corrected: boolean,
  metadata: RequestDetailView['metadata'],
): RequestDetailView => ({
  ...viewOf(row),
  finishedAt: row.finished_at === null ? null : showTime(row.finished_at),
  maxCostUsd: usd(row.max_cost),
  overrun: row.overrun,
  corrected,
  priceVersion: row.price_version,
  metadata,
});
