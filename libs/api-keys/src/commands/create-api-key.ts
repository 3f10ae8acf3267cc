import { randomBytes } from 'node:crypto';

import { CommandRunner } from '@app/event-store';
import { type CommandContext, DomainError, parseName, type ProjectId, validationFailed } from '@app/kernel';
import { KeyDigests, newId } from '@app/platform';
import { ProjectQueries, type ProjectScope } from '@app/projects';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EntityManager } from 'typeorm';

import { apiKeyDecider, apiKeyStream } from '../domain/api-key.decider.js';
import type { ApiKeyType, KeyEnvironment } from '../domain/api-key.events.js';
import { utcMoment } from '../domain/expiry.js';
import { displayPrefixOf, mintKey, prefixOf } from '../domain/key-format.js';
import { ApiKeyQueries } from '../projections/api-key.queries.js';
import type { ApiKeyView } from '../projections/api-key.view.js';

const KEY_BYTES = 32;
const MAX_LIVE_KEYS = 1_000;

export interface ApiKeyToCreate {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly type: ApiKeyType;
  readonly environment: KeyEnvironment;
  /** RFC 3339. */
  readonly expiresAt: string | null;
}

/** The only answer that ever shows the key. */
export interface CreatedApiKeyView extends ApiKeyView {
  readonly key: string;
}

export class CreateApiKey extends Command<CreatedApiKeyView> {
  constructor(
    readonly data: ApiKeyToCreate,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly projects: ProjectQueries,
    private readonly keys: ApiKeyQueries,
    private readonly digests: KeyDigests,
  ) {}

  async execute({ data, context }: CreateApiKey): Promise<CreatedApiKeyView> {
    const { projectId, type, environment } = data;
    const scope = { organizationId: context.organizationId, projectId };
    const apiKeyId = newId('key');
    const name = parseName('name', data.name);
    const expiresAt = data.expiresAt === null ? null : expiryOf(data.expiresAt);
    const keyPrefix = prefixOf(type, environment);
    const key = mintKey(keyPrefix, randomBytes(KEY_BYTES));

    return this.runner.transaction(context, async (tx) => {
      await this.projects.requireLive(tx.manager, projectId);
      await this.requireLiveActor(tx.manager, scope, context);
      if ((await this.keys.countLive(tx.manager, scope)) >= MAX_LIVE_KEYS) throw tooManyKeys();
      await tx.decide(apiKeyDecider, apiKeyStream(apiKeyId, projectId), {
        type: 'CreateApiKey',
        data: {
          apiKeyId,
          projectId,
          name,
          keyType: type,
          environment,
          prefix: displayPrefixOf(key, { prefix: keyPrefix }),
          ...this.digests.digestOf(key),
          expiresAt,
        },
        context,
      });
      return { ...(await this.keys.get(tx.manager, scope, apiKeyId)), key };
    });
  }

  /** A key that was revoked while its request waited for the lock must not leave a child behind. */
  private async requireLiveActor(tx: EntityManager, scope: ProjectScope, { actor }: CommandContext): Promise<void> {
    if (actor.type !== 'api_key' || (await this.keys.isLive(tx, scope, actor.id))) return;
    throw new DomainError('INVALID_API_KEY');
  }
}

const expiryOf = (text: string): string => {
  const moment = utcMoment(text);
  if (moment === null) throw validationFailed({ field: 'expiresAt', problem: 'must be a time of RFC 3339' });
  return moment;
};

const tooManyKeys = (): DomainError =>
  new DomainError('CONFLICT', `A project has at most ${MAX_LIVE_KEYS} live keys: revoke some first.`, {
    limit: MAX_LIVE_KEYS,
  });
