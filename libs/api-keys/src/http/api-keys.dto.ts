import { IfGiven, type Page } from '@app/platform';
import { NotEnforcedYet } from '@app/projects';
import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';

import type { CreatedApiKeyView } from '../commands/create-api-key.js';
import type { RevokedApiKeyView } from '../commands/revoke-api-key.js';
import type { ApiKeyType, KeyEnvironment } from '../domain/api-key.events.js';
import type { ApiKeyView, CreatorView } from '../projections/api-key.view.js';

export class CreateApiKeyRequest {
  /**
   * Name for people, 1 to 100 characters.
   * @example "Production server"
   */
  @IsString()
  @Length(1, 100)
  name: string;

  /**
   * What the key may do. `secret` keys belong on a server: they make calls and, outside the test environment, manage
   * their project.
   */
  @ApiProperty({ enum: ['secret'], default: 'secret', required: false })
  @IfGiven()
  @IsIn(['secret'], { message: '$property must be secret: publishable and agent keys cannot be made yet' })
  type?: 'secret';

  /** `test` keys have a lower limit, cost nothing of cap or wallet and may only read the project. */
  @ApiProperty({ enum: ['production', 'test'], default: 'production', required: false })
  @IfGiven()
  @IsIn(['production', 'test'])
  environment?: KeyEnvironment;

  /**
   * When the key ends by itself: RFC 3339, in the future; `null` for never.
   * @example "2030-01-01T00:00:00Z"
   */
  @IsOptional()
  @IsString()
  expiresAt?: string | null;

  @ApiHideProperty()
  @NotEnforcedYet()
  allowedDomains?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  allowedModels?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  agentId?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  requestsPerMinute?: undefined;

  @ApiHideProperty()
  @NotEnforcedYet()
  budget?: undefined;
}

export class RevokeApiKeyRequest {
  /**
   * Revoke the live keys that this key made, directly or through others, as well.
   * @example false
   */
  @IfGiven()
  @IsBoolean()
  descendants?: boolean;
}

export class CreatorResponse implements CreatorView {
  @ApiProperty({ enum: ['user', 'api_key', 'system'], example: 'user' })
  type: CreatorView['type'];

  /**
   * Account or key; `null` for the system.
   * @example "usr_01h455vb4pex5vsknk084sn02q"
   */
  id: string | null;
}

export class ApiKeyResponse implements ApiKeyView {
  /**
   * Id of the key; it opens nothing.
   * @example "key_01h455vb4pex5vsknk084sn02q"
   */
  id: string;

  /**
   * Name for people.
   * @example "Production server"
   */
  name: string;

  /** What the key may do. */
  @ApiProperty({ enum: ['secret', 'publishable', 'agent'], example: 'secret' })
  type: ApiKeyType;

  /** Which records, limits and costs its calls belong to. */
  @ApiProperty({ enum: ['production', 'test'], example: 'test' })
  environment: KeyEnvironment;

  /**
   * Beginning of the key, to tell keys apart.
   * @example "csk_test_ab12"
   */
  prefix: string;

  /** Only an `active` key opens anything. */
  @ApiProperty({ enum: ['active', 'expired', 'revoked'], example: 'active' })
  status: ApiKeyView['status'];

  /** Origins a publishable key works from; empty for every other type, which works from anywhere. */
  @ApiProperty({ type: [String], example: [] })
  allowedDomains: readonly string[];

  /**
   * RFC 3339, UTC.
   * @example "2026-11-20T12:00:00.000Z"
   */
  createdAt: string;

  /** Who made the key. */
  createdBy: CreatorResponse;

  /**
   * When the key ends by itself; `null` for never.
   * @example "2030-01-01T00:00:00.000Z"
   */
  expiresAt: string | null;

  /** Last call with the key, right to a minute; `null` as long as none is known. */
  @ApiProperty({ type: String, nullable: true, example: null })
  lastUsedAt: string | null;

  /**
   * Whether the key is a live secret one older than 90 days. It is never revoked by itself.
   * @example false
   */
  rotationDue: boolean;
}

export class CreatedApiKeyResponse extends ApiKeyResponse implements CreatedApiKeyView {
  /**
   * The key, shown this once: keep it where your server reads secrets.
   * @example "csk_test_4vJ8cQm1RzYtB6nXw0LkPd7Hs2GfUe9AoCi5EbKxMq3W1tZyN"
   */
  key: string;
}

export class RevokedApiKeyResponse extends ApiKeyResponse implements RevokedApiKeyView {
  /**
   * Live keys this key made, directly or through others; revoked with it when that was asked.
   * @example 0
   */
  descendants: number;
}

export class ApiKeyPage implements Page<ApiKeyResponse> {
  /** Newest first, revoked and expired ones included. */
  @ApiProperty({ type: [ApiKeyResponse] })
  data: readonly ApiKeyResponse[];

  /** Cursor of the next page; `null` on the last one. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: string | null;
}
