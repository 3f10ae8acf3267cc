import { parseUsd, type ProjectId, PROVIDER_NAME, validationFailed } from '@app/kernel';
import { IfGiven } from '@app/platform';
import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsDefined, IsInt, IsObject, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';

import { MAX_MONTHLY_MICRO_USD, type SpendCap } from '../domain/project-settings.js';
import type { ProjectSettingsChange } from '../domain/project.decider.js';
import type { ProjectSettingsView } from '../projections/project.view.js';
import { NotEnforcedYet } from './not-enforced-yet.js';

const MODEL = /^[\x21-\x7e]{1,200}$/;

export class SpendCapRequest {
  /**
   * Ceiling of one calendar month (UTC) in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000,000.
   * @example "50.00"
   */
  @IsDefined()
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }] })
  monthlyUsd: string | number;

  /**
   * Refuse calls that could pass the cap (the default); `false` only shows it.
   * @example true
   */
  @IfGiven()
  @IsBoolean()
  enforce?: boolean;
}

export class UpdateProjectSettingsRequest {
  /**
   * Provider of calls that name none; `null` for none.
   * @example "openai"
   */
  @IsOptional()
  @Matches(PROVIDER_NAME, { message: '$property must be the name of a provider' })
  defaultProvider?: string | null;

  /**
   * Model of calls that name none; `null` for none.
   * @example "gpt-4o-mini"
   */
  @IsOptional()
  @Matches(MODEL, { message: '$property must be 1 to 200 visible ASCII characters' })
  defaultModel?: string | null;

  /**
   * Calls a minute of production keys, 1 to 1,000,000.
   * @example 60
   */
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  requestsPerMinute?: number;

  /**
   * Calls a minute of test keys, 1 to 1,000,000; never more than `requestsPerMinute` in effect.
   * @example 20
   */
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  testRequestsPerMinute?: number;

  /** Monthly ceiling of what production calls may cost; `null` for none. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SpendCapRequest)
  spendCap?: SpendCapRequest | null;

  @ApiHideProperty()
  @NotEnforcedYet()
  tokensPerMinute?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  endUserBudget?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  alertThresholds?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  failover?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  retainContent?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  keysMayManage?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  refuseSecretKeysFromBrowsers?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  leakedKeys?: undefined;
}

const spendCapOf = ({ monthlyUsd, enforce = true }: SpendCapRequest): SpendCap => {
  const monthlyMicroUsd = parseUsd(monthlyUsd);
  if (monthlyMicroUsd === null || monthlyMicroUsd > MAX_MONTHLY_MICRO_USD) {
    throw validationFailed({
      field: 'spendCap.monthlyUsd',
      problem: 'must be an amount of USD from 0 to 1000000000 with at most 6 decimals',
    });
  }
  return { monthlyMicroUsd, enforce };
};

/** Members the body leaves out stay out, so they keep their value. */
export const settingsChangeOf = (projectId: ProjectId, body: UpdateProjectSettingsRequest): ProjectSettingsChange => ({
  projectId,
  defaultProvider: body.defaultProvider,
  defaultModel: body.defaultModel,
  requestsPerMinute: body.requestsPerMinute,
  testRequestsPerMinute: body.testRequestsPerMinute,
  spendCap: body.spendCap && spendCapOf(body.spendCap),
});

export class SpendCapResponse {
  /**
   * Ceiling of one calendar month (UTC) in USD.
   * @example "50.00"
   */
  monthlyUsd: string;

  /**
   * Whether calls that could pass the cap are refused.
   * @example true
   */
  enforce: boolean;
}

export class ProjectSettingsResponse implements ProjectSettingsView {
  /**
   * Provider of calls that name none.
   * @example "openai"
   */
  defaultProvider: string | null;

  /**
   * Model of calls that name none.
   * @example "gpt-4o-mini"
   */
  defaultModel: string | null;

  /**
   * Calls a minute of production keys.
   * @example 60
   */
  requestsPerMinute: number;

  /**
   * Calls a minute of test keys; the lower of this and `requestsPerMinute` holds.
   * @example 20
   */
  testRequestsPerMinute: number;

  /** Monthly ceiling of what production calls may cost; `null` for none. */
  spendCap: SpendCapResponse | null;

  /**
   * Rises with every change of the project; the same number as in the `ETag`.
   * @example 3
   */
  version: number;
}
