import type { CreateOrganization } from '@app/organizations';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

import { type Role, ROLES } from '../domain/role.js';

export class OrganizationRequest implements Pick<CreateOrganization['data'], 'name'> {
  /**
   * Name of the organization, 1 to 100 characters.
   * @example "Acme"
   */
  @IsString()
  @Length(1, 100)
  name: string;
}

export class OrganizationResponse {
  /**
   * Id of the organization.
   * @example "org_01h455vb4pex5vsknk084sn02q"
   */
  id: string;

  /**
   * Name for people.
   * @example "Acme"
   */
  name: string;

  /**
   * Name for links; stays when the organization is renamed.
   * @example "acme-084sn02q"
   */
  slug: string;

  /** Role of whoever asks. */
  @ApiProperty({ enum: ROLES, example: 'owner' })
  role: Role;

  /**
   * When it was made.
   * @example "2026-11-20T12:00:00.000Z"
   */
  createdAt: string;
}

export class OrganizationListResponse {
  /** The newest membership first. */
  data: OrganizationResponse[];

  /** Cursor of the next page; `null` on the last one. */
  nextCursor: string | null;
}
