import { type ApiKeyId, isId, validationFailed } from '@app/kernel';
import { ListQuery, type Page } from '@app/platform';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

import type { RequestFilter } from '../projections/request-statements.js';
import {
  type Environment,
  ENVIRONMENTS,
  REQUEST_STATUSES,
  type RequestDetailView,
  type RequestStatus,
  type RequestView,
} from '../projections/request.view.js';

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const TIME_PROBLEM = '$property must be a date, or a time with its zone (RFC 3339)';

export class RequestListQuery extends ListQuery {
  /** Calls in this state only. */
  @IsOptional()
  @IsIn(REQUEST_STATUSES)
  status?: RequestStatus;

  /** Calls of keys of this environment only. */
  @IsOptional()
  @IsIn(ENVIRONMENTS)
  environment?: Environment;

  /**
   * Calls of this provider only.
   * @example "openai"
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  provider?: string;

  /**
   * Calls of this model only, as the provider names it.
   * @example "gpt-4o-mini"
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  model?: string;

  /**
   * Calls made with this key only.
   * @example "key_01h455vb4pex5vsknk084sn02q"
   */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  keyId?: string;

  /**
   * Calls that came in at this time or later.
   * @example "2026-11-01T00:00:00Z"
   */
  @IsOptional()
  @Matches(TIME, { message: TIME_PROBLEM })
  from?: string;

  /**
   * Calls that came in before this time.
   * @example "2026-12-01T00:00:00Z"
   */
  @IsOptional()
  @Matches(TIME, { message: TIME_PROBLEM })
  to?: string;
}

/** What the query asks for; VALIDATION_FAILED for a time or key id that cannot be. */
export const filterOf = ({
  status,
  environment,
  provider,
  model,
  keyId,
  from,
  to,
}: RequestListQuery): RequestFilter => ({
  status,
  environment,
  provider: searchable('provider', provider),
  model: searchable('model', model),
  keyId: keyIdOf(keyId),
  from: timeOf('from', from),
  to: timeOf('to', to),
});

const timeOf = (field: string, text: string | undefined): Date | undefined => {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw validationFailed({ field, problem: 'is not a time' });
  return time;
};

const keyIdOf = (text: string | undefined): ApiKeyId | undefined => {
  if (text === undefined || isId('key', text)) return text;
  throw validationFailed({ field: 'keyId', problem: 'is not the id of a key' });
};

/** PostgreSQL has no NUL in texts. */
const searchable = (field: string, text: string | undefined): string | undefined => {
  if (text?.includes('\0')) throw validationFailed({ field, problem: 'must not contain control characters' });
  return text;
};

export class RequestResponse implements RequestView {
  /**
   * Id of the call, the `X-Request-Id` of its answer.
   * @example "req_01h455vb4pex5vsknk084sn02q"
   */
  @ApiProperty({ type: String })
  id: RequestView['id'];

  /** `admitted` while it runs; `expired` when the process that made it died and what it held was booked. */
  @ApiProperty({ enum: REQUEST_STATUSES })
  status: RequestStatus;

  /** Environment of the key. */
  @ApiProperty({ enum: ENVIRONMENTS })
  environment: Environment;

  /**
   * Provider that was asked.
   * @example "openai"
   */
  provider: string | null;

  /**
   * Model as the provider names it.
   * @example "gpt-4o-mini"
   */
  model: string | null;

  /**
   * Whose credential was used: the project's own (`byok`), ours (`managed`) or none.
   * @example "byok"
   */
  credentialSource: string | null;

  /**
   * Key the call was made with.
   * @example "key_01h455vb4pex5vsknk084sn02q"
   */
  @ApiProperty({ type: String, nullable: true })
  keyId: RequestView['keyId'];

  /** True for an answer that was sent piece by piece. */
  streamed: boolean | null;

  /**
   * Input tokens at the full price; those read from or written to the provider's cache are counted apart.
   * @example 412
   */
  inputTokens: number | null;

  /** Input tokens read from the provider's cache. */
  cacheReadTokens: number | null;

  /** Input tokens written to the provider's cache. */
  cacheWriteTokens: number | null;

  /**
   * Output tokens, reasoning included.
   * @example 96
   */
  outputTokens: number | null;

  /** Part of the output tokens. */
  reasoningTokens: number | null;

  /**
   * `provider` when the provider counted, `estimated` when it did not and we did.
   * @example "provider"
   */
  usageSource: string | null;

  /**
   * Cost at the provider's price in US dollars; `null` while the call runs and when no price is known.
   * @example "0.000119"
   */
  costUsd: string | null;

  /**
   * What the organization's wallet was charged, in US dollars.
   * @example "0.00"
   */
  chargeUsd: string | null;

  /**
   * Milliseconds from the request's first byte to the end of the answer.
   * @example 840
   */
  latencyMs: number | null;

  /**
   * Milliseconds from the request's first byte to the answer's.
   * @example 210
   */
  ttftMs: number | null;

  /**
   * Status the client got; `null` when it was gone before.
   * @example 200
   */
  httpStatus: number | null;

  /** Code of the error the client got. */
  errorCode: string | null;

  /**
   * When the call was let in; RFC 3339, UTC.
   * @example "2026-11-20T12:00:00.000Z"
   */
  createdAt: string;
}

export class RequestPage implements Page<RequestResponse> {
  /** Newest first. */
  @ApiProperty({ type: [RequestResponse] })
  data: readonly RequestResponse[];

  /** Cursor of the next page, `null` on the last one. With a filter that matches little a page may be short, even empty, before the last. */
  nextCursor: string | null;
}

export class RequestDetailResponse extends RequestResponse implements RequestDetailView {
  /**
   * When its outcome was recorded; `null` while it runs.
   * @example "2026-11-20T12:00:01.000Z"
   */
  finishedAt: string | null;

  /**
   * Upper bound of the cost that was held while it ran, in US dollars; `null` when none was known.
   * @example "0.0021"
   */
  maxCostUsd: string | null;

  /** True when the provider used more than the limits it was sent. */
  overrun: boolean;

  /** True when the call had been taken for lost and its real outcome arrived later. */
  corrected: boolean;

  /** Version of the price book. */
  priceVersion: string | null;

  /**
   * The `x-cencori-metadata` of the call.
   * @example { "tenant": "blue" }
   */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, nullable: true })
  metadata: Readonly<Record<string, string>> | null;
}
