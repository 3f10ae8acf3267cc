import { Module } from '@nestjs/common';

import { EndAllSessionsHandler, EndSessionHandler } from './commands/end-sessions.js';
import { SignInHandler } from './commands/sign-in.js';
import { SignUpHandler } from './commands/sign-up.js';
import { PasswordHasher } from './credentials/password-hasher.js';
import { SessionResolver } from './credentials/sessions.js';
import { Throttle } from './credentials/throttle.js';
import { AuthController } from './http/auth.controller.js';
import { MeController } from './http/me.controller.js';
import { AccountQueries } from './projections/account.queries.js';
import { SessionQueries } from './projections/session.queries.js';

@Module({
  controllers: [AuthController, MeController],
  providers: [
    SignUpHandler,
    SignInHandler,
    EndSessionHandler,
    EndAllSessionsHandler,
    PasswordHasher,
    Throttle,
    AccountQueries,
    SessionQueries,
    SessionResolver,
  ],
  exports: [SessionResolver],
})
export class AccountsModule {}
