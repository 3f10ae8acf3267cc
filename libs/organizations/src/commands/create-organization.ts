import { CommandRunner } from '@app/event-store';
import { type AccountId, type Command, type CommandContext, type OrganizationId, parseName } from '@app/kernel';
import { derivedId, Envelope, newId, showTime } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { organizationSlug } from '../domain/organization-slug.js';
import { organizationDecider, organizationStream } from '../domain/organization.decider.js';

export class CreateOrganization implements Command {
  constructor(
    readonly data: { readonly name: string; readonly ownerId: AccountId },
    readonly context: CommandContext,
  ) {}
}

export interface NewOrganization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly slug: string;
  /** Of whoever made it. */
  readonly role: 'owner';
  readonly createdAt: string;
}

@CommandHandler(CreateOrganization)
export class CreateOrganizationHandler implements ICommandHandler<CreateOrganization, NewOrganization> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly envelope: Envelope,
  ) {}

  async execute({ data, context }: CreateOrganization): Promise<NewOrganization> {
    const name = parseName('name', data.name);
    const organizationId = idOfNew(context);
    const slug = organizationSlug(name, organizationId);
    const inside: CommandContext = { ...context, organizationId };
    return this.runner.transaction(inside, async (tx) => {
      // Name and slug are sealed in the event, so the key that seals them comes first.
      await this.envelope.createDataKey(tx.manager, { organizationId, projectId: null });
      await tx.decide(organizationDecider, organizationStream(organizationId), {
        type: 'CreateOrganization',
        data: { organizationId, name, slug, ownerId: data.ownerId },
        context: inside,
      });
      return { id: organizationId, name, slug, role: 'owner', createdAt: showTime(tx.now) };
    });
  }
}

/** The same for every repeat of one Idempotency-Key, so that it comes to the same chain and finds the first answer there. */
const idOfNew = ({ idempotency }: CommandContext): OrganizationId =>
  idempotency === undefined ? newId('org') : derivedId('org', idempotency.claim);
