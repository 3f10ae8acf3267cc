import { CommandRunner } from '@app/event-store';
import { type Command, type CommandContext, DomainError, type OrganizationId, parseName } from '@app/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { organizationDecider, organizationStream } from '../domain/organization.decider.js';
import { OrganizationQueries, type ShownOrganization } from '../projections/organization.queries.js';

export class RenameOrganization implements Command {
  constructor(
    readonly data: { readonly organizationId: OrganizationId; readonly name: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(RenameOrganization)
export class RenameOrganizationHandler implements ICommandHandler<RenameOrganization, ShownOrganization> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly organizations: OrganizationQueries,
  ) {}

  async execute({ data, context }: RenameOrganization): Promise<ShownOrganization> {
    const { organizationId } = data;
    const name = parseName('name', data.name);
    return this.runner.run(
      organizationDecider,
      organizationStream(organizationId),
      { type: 'RenameOrganization', data: { organizationId, name }, context },
      async (_, tx) => {
        const renamed = await this.organizations.find(tx.manager, organizationId);
        if (renamed === null) throw new DomainError('NOT_FOUND');
        return renamed;
      },
    );
  }
}
