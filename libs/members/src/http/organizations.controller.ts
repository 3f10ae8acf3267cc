import { signedInPerson } from '@app/accounts';
import { type AccountId, type CommandContext, DomainError, type OrganizationId, parseId } from '@app/kernel';
import {
  CreateOrganization,
  type NewOrganization,
  OrganizationQueries,
  RenameOrganization,
  type ShownOrganization,
} from '@app/organizations';
import {
  type Access,
  CurrentAccess,
  CurrentContext,
  Database,
  decodeCursor,
  ListQuery,
  MayFail,
  pageOf,
  RequirePermission,
  RequireSession,
  setETag,
  Versioned,
} from '@app/platform';
import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';

import type { Role } from '../domain/role.js';
import { type Membership, type MembershipPosition, MembershipQueries } from '../projections/membership.queries.js';
import { OrganizationListResponse, OrganizationRequest, OrganizationResponse } from './organizations.dto.js';

/** Organizations as their members see them: every answer shows the caller's role. */
@Controller('v1/organizations')
export class OrganizationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly database: Database,
    private readonly organizations: OrganizationQueries,
    private readonly memberships: MembershipQueries,
  ) {}

  /** Make an organization, with the caller as its owner */
  @RequireSession()
  @MayFail('CONFLICT')
  @Post()
  create(
    @Body() { name }: OrganizationRequest,
    @CurrentAccess() access: Access,
    @CurrentContext() context: CommandContext,
  ): Promise<OrganizationResponse> {
    const { accountId } = signedInPerson(access);
    return this.commands.execute<CreateOrganization, NewOrganization>(
      new CreateOrganization({ name, ownerId: accountId }, context),
    );
  }

  /** List the caller's organizations, the newest membership first */
  @RequireSession()
  @Get()
  async list(
    @CurrentAccess() access: Access,
    @Query() { limit, cursor }: ListQuery,
  ): Promise<OrganizationListResponse> {
    const { accountId } = signedInPerson(access);
    const before = cursor === undefined ? null : positionIn(cursor);
    const rows = await this.memberships.ofAccount(accountId, { limit: limit + 1, before });
    const page = pageOf(
      rows,
      limit,
      (membership) => membership,
      ({ since, organizationId }) => [since, organizationId],
    );
    return { data: await this.#shown(page.data), nextCursor: page.nextCursor };
  }

  /**
   * Show an organization
   * @remarks The `ETag` is its version.
   */
  @RequirePermission('organizations:read')
  @Versioned()
  @Get(':organizationId')
  async show(
    @Param('organizationId') id: string,
    @CurrentAccess() access: Access,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationResponse> {
    const organizationId = parseId('org', id);
    const { accountId } = signedInPerson(access);
    const [organization, role] = await this.#find(organizationId, accountId);
    return withETag(reply, organization, role);
  }

  /**
   * Rename an organization
   * @remarks With `If-Match` only if nobody changed it meanwhile. The slug stays.
   */
  @RequirePermission('organizations:update')
  @Versioned()
  @Patch(':organizationId')
  async rename(
    @Param('organizationId') id: string,
    @Body() { name }: OrganizationRequest,
    @CurrentAccess() access: Access,
    @CurrentContext() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationResponse> {
    const organizationId = parseId('org', id);
    const { accountId } = signedInPerson(access);
    const renamed = await this.commands.execute<RenameOrganization, ShownOrganization>(
      new RenameOrganization({ organizationId, name }, context),
    );
    const [, role] = await this.#find(organizationId, accountId);
    return withETag(reply, renamed, role);
  }

  #find(organizationId: OrganizationId, accountId: AccountId): Promise<readonly [ShownOrganization, Role]> {
    return this.database.inOrganization(organizationId, async (tx) => {
      const organization = await this.organizations.find(tx, organizationId);
      const role = await this.memberships.role(tx, organizationId, accountId);
      if (organization === null || role === null) throw new DomainError('NOT_FOUND');
      return [organization, role];
    });
  }

  /** One short transaction each: no transaction sees two organizations. */
  async #shown(memberships: readonly Membership[]): Promise<OrganizationResponse[]> {
    const shown: OrganizationResponse[] = [];
    for (const { organizationId, role } of memberships) {
      const organization = await this.database.inOrganization(organizationId, (tx) =>
        this.organizations.find(tx, organizationId),
      );
      if (organization !== null) shown.push(show(organization, role));
    }
    return shown;
  }
}

const show = ({ id, name, slug, createdAt }: ShownOrganization, role: Role): OrganizationResponse => ({
  id,
  name,
  slug,
  role,
  createdAt,
});

const withETag = (reply: FastifyReply, organization: ShownOrganization, role: Role): OrganizationResponse => {
  setETag(reply, organization.version);
  return show(organization, role);
};

const positionIn = (cursor: string): MembershipPosition => {
  const [since = '', organizationId] = decodeCursor(cursor, [
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
    /^org_[0-7][0-9a-hjkmnp-tv-z]{25}$/,
  ]);
  return { since, organizationId: parseId('org', organizationId) };
};
