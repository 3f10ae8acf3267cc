import { DomainError, idOf, INSTANCE_ORGANIZATION, parseId } from '@app/kernel';
import {
  type Access,
  CurrentAccess,
  Database,
  decodeCursor,
  ListQuery,
  pageOf,
  RequireSession,
  showTime,
} from '@app/platform';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';

import { EndSession } from '../commands/end-sessions.js';
import { AccountQueries } from '../projections/account.queries.js';
import { SessionQueries } from '../projections/session.queries.js';
import { MeResponse, SessionListResponse } from './accounts.dto.js';
import { signedInPerson } from './signed-in-person.js';

@Controller('v1/me')
export class MeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly database: Database,
    private readonly accounts: AccountQueries,
    private readonly sessions: SessionQueries,
  ) {}

  /** Who is signed in */
  @RequireSession()
  @Get()
  me(@CurrentAccess() access: Access): Promise<MeResponse> {
    const { accountId } = signedInPerson(access);
    return this.database.inOrganization(INSTANCE_ORGANIZATION, async (tx) => {
      const account = await this.accounts.find(tx, accountId);
      if (account === null) throw new DomainError('SESSION_REQUIRED');
      const instanceOwner = await this.accounts.isInstanceOwner(tx, accountId);
      const { email, name, createdAt } = account;
      return { id: accountId, email, name, instanceOwner, createdAt: showTime(createdAt) };
    });
  }

  /** List where the account is signed in, newest first */
  @RequireSession()
  @Get('sessions')
  async listSessions(
    @CurrentAccess() access: Access,
    @Query() { limit, cursor }: ListQuery,
  ): Promise<SessionListResponse> {
    const { accountId, sessionId } = signedInPerson(access);
    const before = cursor === undefined ? null : sessionIn(cursor);
    const rows = await this.database.inOrganization(INSTANCE_ORGANIZATION, (tx) =>
      this.sessions.ofAccount(tx, accountId, { limit: limit + 1, before }),
    );
    const page = pageOf(
      rows,
      limit,
      (row) => {
        const id = idOf('ses', row.sessionId);
        return {
          id,
          current: id === sessionId,
          createdAt: showTime(row.createdAt),
          lastSeenAt: showTime(row.lastSeenAt),
          expiresAt: showTime(row.expiresAt),
        };
      },
      (row) => [idOf('ses', row.sessionId)],
    );
    return { ...page, data: [...page.data] };
  }

  /** End one session of the account */
  @RequireSession()
  @Delete('sessions/:sessionId')
  @HttpCode(204)
  async endSession(@CurrentAccess() access: Access, @Param('sessionId') sessionId: string): Promise<void> {
    const { accountId } = signedInPerson(access);
    const ended = await this.commands.execute<EndSession, boolean>(
      new EndSession({ accountId, sessionId: parseId('ses', sessionId) }),
    );
    if (!ended) throw new DomainError('NOT_FOUND');
  }
}

const sessionIn = (cursor: string) => {
  const [sessionId] = decodeCursor(cursor, [/^ses_[0-7][0-9a-hjkmnp-tv-z]{25}$/]);
  return parseId('ses', sessionId);
};
