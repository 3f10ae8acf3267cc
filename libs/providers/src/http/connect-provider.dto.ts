import { parseUsd, type ProjectId, validationFailed } from '@app/kernel';
import { IfGiven, Secret } from '@app/platform';
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
  ValidateNested,
} from 'class-validator';

import type { ProviderToConnect } from '../commands/connect-provider.js';
import type { OwnModel, ProviderFormat } from '../domain/provider-connection.events.js';

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
/** Dearer than anything sold, and small enough that a price times any number of tokens stays a 64-bit number. */
const MAX_MICRO_USD_PER_MILLION = 1_000_000n * 1_000_000n;

export class OwnModelRequest {
  /**
   * The provider's name of the model, at most 200 visible ASCII characters.
   * @example "ft:gpt-4o-mini-2024-07-18:acme"
   */
  @IsString()
  @MaxLength(200)
  @Matches(VISIBLE_ASCII, { message: '$property must be visible ASCII characters' })
  id: string;

  /** Price of a million input tokens in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '0.30' })
  @IsDefined()
  inputUsdPerMillion: string | number;

  /** Price of a million output tokens in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '1.20' })
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
  @IfGiven()
  @IsString()
  @MaxLength(512)
  @Matches(VISIBLE_ASCII, { message: '$property must be visible ASCII characters' })
  apiKey?: string;

  /**
   * What the provider's SDK takes as base URL, for the format `openai` with `/v1`. Required unless the provider is
   * built in.
   * @example "https://api.openai.com/v1"
   */
  @IfGiven()
  @IsString()
  @MaxLength(2_048)
  baseUrl?: string;

  /** Wire protocol. */
  @ApiProperty({ enum: ['openai'], default: 'openai', required: false })
  @IfGiven()
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
  @IfGiven()
  @IsBoolean()
  setAsDefault?: boolean;

  /**
   * Whether calls may use the connection.
   * @example true
   */
  @IfGiven()
  @IsBoolean()
  enabled?: boolean;

  /** Models with prices of your own, at most 200; they come before public prices. */
  @IfGiven()
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
