import { CommandRunner, type CommandTransaction } from '@app/event-store';
import { type ApiKeyId, type CommandContext, DomainError, type ProjectId } from '@app/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { apiKeyDecider, apiKeyStream } from '../domain/api-key.decider.js';
import { ApiKeyQueries } from '../projections/api-key.queries.js';
import type { ApiKeyView } from '../projections/api-key.view.js';

const KEYS_IN_A_STEP = 50;

export interface ApiKeyRevocation {
  readonly projectId: ProjectId;
  readonly apiKeyId: ApiKeyId;
  /** Revoke the live keys it made, directly or through others, too. */
  readonly descendants: boolean;
  /** The caller may revoke only what the caller created. */
  readonly onlyOwn: boolean;
}

export interface RevokedApiKeyView extends ApiKeyView {
  readonly descendants: number;
}

/** Changes nothing when the key is revoked already; the same answer again makes retries harmless. */
export class RevokeApiKey extends Command<RevokedApiKeyView> {
  constructor(
    readonly data: ApiKeyRevocation,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly keys: ApiKeyQueries,
  ) {}

  async execute({ data, context }: RevokeApiKey): Promise<RevokedApiKeyView> {
    const { projectId, apiKeyId } = data;
    const scope = { organizationId: context.organizationId, projectId };
    const answer = await this.runner.transaction(context, async (tx) => {
      const { createdBy } = await this.keys.get(tx.manager, scope, apiKeyId);
      if (data.onlyOwn && createdBy.id !== context.actor.id) throw notOwn();
      await revoke(tx, projectId, apiKeyId, context);
      const descendants = await this.keys.liveDescendants(tx.manager, scope, apiKeyId);
      return { ...(await this.keys.get(tx.manager, scope, apiKeyId)), descendants: descendants.length };
    });
    // Also when the answer is a repeat's: the first request may have been cut off in the middle.
    while (data.descendants && (await this.revokeSome(data, context))) continue;
    return answer;
  }

  /** A step of its own, or the organization would be locked for as long as it takes to revoke a thousand keys. */
  private revokeSome({ projectId, apiKeyId }: ApiKeyRevocation, context: CommandContext): Promise<boolean> {
    const step = { ...context, idempotency: undefined, expectedVersion: undefined };
    const scope = { organizationId: context.organizationId, projectId };
    return this.runner.transaction(step, async (tx) => {
      const live = await this.keys.liveDescendants(tx.manager, scope, apiKeyId);
      // The oldest first: a key dies before those it made, so none of them makes another one behind our back.
      for (const id of live.slice(0, KEYS_IN_A_STEP)) await revoke(tx, projectId, id, step);
      return live.length > KEYS_IN_A_STEP;
    });
  }
}

const revoke = (tx: CommandTransaction, projectId: ProjectId, apiKeyId: ApiKeyId, context: CommandContext) =>
  tx.decide(apiKeyDecider, apiKeyStream(apiKeyId, projectId), {
    type: 'RevokeApiKey',
    data: { apiKeyId, projectId },
    context,
  });

const notOwn = (): DomainError =>
  new DomainError('INSUFFICIENT_PERMISSIONS', 'Only keys you created yourself may be revoked', {
    permission: 'api-keys:revoke',
  });
