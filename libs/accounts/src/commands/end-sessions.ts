import { type AccountId, INSTANCE_ORGANIZATION, type SessionId, uuidOf } from '@app/kernel';
import { Database } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** Signs one session of an account out. */
export class EndSession {
  constructor(readonly data: { readonly accountId: AccountId; readonly sessionId: SessionId }) {}
}

/** Signs an account out everywhere. */
export class EndAllSessions {
  constructor(readonly data: { readonly accountId: AccountId }) {}
}

/** Answers whether there was such a session. */
@CommandHandler(EndSession)
export class EndSessionHandler implements ICommandHandler<EndSession, boolean> {
  constructor(private readonly database: Database) {}

  execute({ data }: EndSession): Promise<boolean> {
    return this.database.inOrganization(INSTANCE_ORGANIZATION, async (tx) => {
      const [, ended] = await tx.query<[unknown, number]>(
        'delete from sessions where organization_id = $1 and account_id = $2 and session_id = $3',
        [uuidOf(INSTANCE_ORGANIZATION), uuidOf(data.accountId), uuidOf(data.sessionId)],
      );
      return ended > 0;
    });
  }
}

@CommandHandler(EndAllSessions)
export class EndAllSessionsHandler implements ICommandHandler<EndAllSessions, void> {
  constructor(private readonly database: Database) {}

  async execute({ data }: EndAllSessions): Promise<void> {
    await this.database.inOrganization(INSTANCE_ORGANIZATION, (tx) =>
      tx.query('delete from sessions where organization_id = $1 and account_id = $2', [
        uuidOf(INSTANCE_ORGANIZATION),
        uuidOf(data.accountId),
      ]),
    );
  }
}
