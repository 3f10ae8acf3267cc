import { parseUsd, type ProjectId, validationFailed } from '@app/kernel';
import { type Page, Secret } from '@app/platform';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

import type { ProbeResult } from '../adapters/provider-probe.js';
import type { ProviderToConnect } from '../commands/connect-provider.js';
import type { DisconnectedProviderView } from '../commands/disconnect-provider.js';
import type { OwnModel, ProviderFormat } from '../domain/provider-connection.events.js';
import type { OwnModelView, ProviderView } from '../projections/provider.view.js';

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
/** Dearer than anything sold, and small enough that a price times any number of tokens stays a 64-bit number. */
const MAX_MICRO_USD_PER_MILLION = 1_000_000n * 1_000_000n;

const isGiven = (_: object, value: unknown): boolean => value !== undefined;

export class OwnModelRequest {
  /**
   * The provider's name of the model, at most 200 visible ASCII characters.
   * @example "llama-3.3-70b"
   */
  @IsString()
  @MaxLength(200)
  @Matches(VISIBLE_ASCII, { message: '$property must be visible ASCII characters' })
  id: string;

  /** Price of a million input tokens in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '0.59' })
  @IsDefined()
  inputUsdPerMillion: string | number;

  /** Price of a million output tokens in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '0.79' })
  @IsDefined()
  outputUsdPerMillion: string | number;
}

/** What is left out takes its default: a PUT replaces the whole connection. */
export class ConnectProviderRequest {
  /**
   * The provider's credential, 1 to 512 visible ASCII characters. No answer ever shows it. It may be left out as long
   * as `baseUrl` and `format` stay as they are; it is never sent anywhere else than it was entered for.
   */
  @ApiProperty({ format: 'password', example: 'sk-live-0123456789', required: false })
  @ValidateIf(isGiven)
  @IsString()
  @MaxLength(512)
  @Matches(VISIBLE_ASCII, { message: '$property must be visible ASCII characters' })
  apiKey?: string;

  /**
   * What the provider's SDK takes as base URL, for the format `openai` with `/v1`. Required unless the provider is
   * built in.
   * @example "https://llm.example.com/v1"
   */
  @ValidateIf(isGiven)
  @IsString()
  @MaxLength(2_048)
  baseUrl?: string;

  /** Wire protocol. */
  @ApiProperty({ enum: ['openai'], default: 'openai', required: false })
  @ValidateIf(isGiven)
  @IsIn(['openai'], { message: '$property must be openai: other formats cannot be called yet' })
  format?: ProviderFormat;

  /**
   * Model of calls that name only the provider; `null` for none.
   * @example "gpt-4o-mini"
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(VISIBLE_ASCII, { message: '$property must be visible ASCII characters' })
  defaultModel?: string | null;

  /**
   * Make this the provider of calls that name none, and `defaultModel` their model.
   * @example false
   */
  @ValidateIf(isGiven)
  @IsBoolean()
  setAsDefault?: boolean;

  /**
   * Whether calls may use the connection.
   * @example true
   */
  @ValidateIf(isGiven)
  @IsBoolean()
  enabled?: boolean;

  /** Models with prices of your own, at most 200; they come before public prices. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => OwnModelRequest)
  models?: OwnModelRequest[];
}

const microUsdOf = (field: string, value: string | number): string => {
  const price = parseUsd(value);
  if (price === null || price > MAX_MICRO_USD_PER_MILLION) {
    throw validationFailed({ field, problem: 'must be an amount of USD from 0 to 1000000 with at most 6 decimals' });
  }
  return price.toString();
};

const ownModelsOf = (models: readonly OwnModelRequest[]): readonly OwnModel[] => {
  const twice = models.findIndex(({ id }, i) => models.findIndex((other) => other.id === id) < i);
  if (twice !== -1) throw validationFailed({ field: `models[${twice}].id`, problem: 'is listed before' });
  return models.map((model, i) => ({
    id: model.id,
    inputMicroUsdPerMillion: microUsdOf(`models[${i}].inputUsdPerMillion`, model.inputUsdPerMillion),
    outputMicroUsdPerMillion: microUsdOf(`models[${i}].outputUsdPerMillion`, model.outputUsdPerMillion),
  }));
};

export const providerToConnect = (
  projectId: ProjectId,
  provider: string,
  body: ConnectProviderRequest,
): ProviderToConnect => ({
  projectId,
  provider,
  ...(body.apiKey !== undefined && { apiKey: new Secret(body.apiKey) }),
  baseUrl: body.baseUrl,
  format: body.format,
  defaultModel: body.defaultModel ?? null,
  models: ownModelsOf(body.models ?? []),
  enabled: body.enabled ?? true,
  setAsDefault: body.setAsDefault ?? false,
});

export class OwnModelResponse implements OwnModelView {
  /**
   * The provider's name of the model.
   * @example "llama-3.3-70b"
   */
  id: string;

  /**
   * Price of a million input tokens in USD.
   * @example "0.59"
   */
  inputUsdPerMillion: string;

  /**
   * Price of a million output tokens in USD.
   * @example "0.79"
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
