import type { Page } from '@app/platform';
import { ApiProperty } from '@nestjs/swagger';

import type { ProbeResult } from '../adapters/provider-probe.js';
import type { DisconnectedProviderView } from '../commands/disconnect-provider.js';
import type { ProviderFormat } from '../domain/provider-connection.events.js';
import type { OwnModelView, ProviderView } from '../projections/provider.view.js';

export class OwnModelResponse implements OwnModelView {
  /**
   * The provider's name of the model.
   * @example "ft:gpt-4o-mini-2024-07-18:acme"
   */
  id: string;

  /**
   * Price of a million input tokens in USD.
   * @example "0.30"
   */
  inputUsdPerMillion: string;

  /**
   * Price of a million output tokens in USD.
   * @example "1.20"
   */
  outputUsdPerMillion: string;
}

export class ProviderResponse implements ProviderView {
  /**
   * Name of the provider, as it stands before the slash in `provider/model`.
   * @example "openai"
   */
  provider: string;

  /** Whether calls may use it. A built-in provider is disabled until its credential is there. */
  @ApiProperty({ enum: ['enabled', 'disabled'], example: 'enabled' })
  status: ProviderView['status'];

  /** Whose credential calls use: yours, or none. */
  @ApiProperty({ enum: ['byok', 'none'], example: 'byok' })
  credentialSource: ProviderView['credentialSource'];

  /**
   * The last four characters of the credential; `****` when it is no longer than that.
   * @example "...wxyz"
   */
  keyHint: string | null;

  /**
   * Model of calls that name only the provider.
   * @example "gpt-4o-mini"
   */
  defaultModel: string | null;

  /**
   * Where calls go; `null` for the sandbox, which is part of the gateway.
   * @example "https://api.openai.com/v1"
   */
  baseUrl: string | null;

  /**
   * Whether calls that name no provider go here.
   * @example true
   */
  isDefault: boolean;

  /** Wire protocol. */
  @ApiProperty({ enum: ['openai'], example: 'openai' })
  format: ProviderFormat;

  /** Models with prices of your own. */
  @ApiProperty({ type: [OwnModelResponse] })
  models: readonly OwnModelResponse[];
}

export class ProviderPage implements Page<ProviderResponse> {
  /** By name; built-in providers are listed without a connection too. */
  @ApiProperty({ type: [ProviderResponse] })
  data: readonly ProviderResponse[];

  /** Cursor of the next page; `null` on the last one. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class DisconnectedProviderResponse implements DisconnectedProviderView {
  /**
   * Name of the provider.
   * @example "openai"
   */
  provider: string;

  /**
   * RFC 3339, UTC.
   * @example "2026-11-20T12:00:00.000Z"
   */
  disconnectedAt: string;
}

export class ProviderTestResponse {
  /**
   * Whether the provider answered and took the credential.
   * @example true
   */
  ok: boolean;

  /**
   * From the question to the answer.
   * @example 182
   */
  latencyMs: number;

  /**
   * Models the provider lists; `null` when it does not say.
   * @example 42
   */
  models: number | null;

  /** Why it failed: the credential, the address, no answer in time, or an answer of another protocol. */
  @ApiProperty({ enum: ['credential', 'address', 'unreachable', 'answer'], nullable: true, example: null })
  reason: Extract<ProbeResult, { ok: false }>['reason'] | null;

  /** The provider's status, when a failed test had one. */
  @ApiProperty({ type: Number, nullable: true, example: null })
  httpStatus: number | null;

  /** What failed, in words. */
  @ApiProperty({ type: String, nullable: true, example: null })
  message: string | null;
}

export const testResponseOf = (result: ProbeResult): ProviderTestResponse =>
  result.ok
    ? { ok: true, latencyMs: result.latencyMs, models: result.models, reason: null, httpStatus: null, message: null }
    : { ...result, models: null };
