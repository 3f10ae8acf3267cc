import type { CommandContext } from '@app/kernel';
import {
  type Access,
  CurrentAccess,
  CurrentContext,
  MayFail,
  Public,
  RequireSession,
  Secret,
  SessionCookie,
} from '@app/platform';
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';

import { EndAllSessions, EndSession } from '../commands/end-sessions.js';
import { SignIn } from '../commands/sign-in.js';
import { SignUp } from '../commands/sign-up.js';
import type { SignedIn } from '../commands/signed-in.js';
import { SESSION_LIFETIME_SECONDS } from '../credentials/sessions.js';
import { SignedInResponse, SignInRequest, SignUpRequest } from './accounts.dto.js';
import { signedInPerson } from './signed-in-person.js';

@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly commands: CommandBus,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * Make an account and sign in
   * @remarks Closed (403) where the operator allows invitations only. An address that has an account is 409.
   */
  @Public()
  @MayFail('INSUFFICIENT_PERMISSIONS', 'CONFLICT', 'RATE_LIMIT_EXCEEDED')
  @Post('sign-up')
  async signUp(
    @Body() { email, password, name }: SignUpRequest,
    @CurrentContext() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInResponse> {
    return this.#withCookie(
      reply,
      await this.commands.execute<SignUp, SignedIn>(
        new SignUp({ email, password: new Secret(password), name }, context),
      ),
    );
  }

  /**
   * Sign in
   * @remarks After 10 failures in 15 minutes for one account from one address: 429 with `Retry-After`.
   */
  @Public()
  @MayFail('SESSION_REQUIRED', 'RATE_LIMIT_EXCEEDED')
  @Post('sign-in')
  @HttpCode(200)
  async signIn(
    @Body() { email, password }: SignInRequest,
    @CurrentContext() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInResponse> {
    return this.#withCookie(
      reply,
      await this.commands.execute<SignIn, SignedIn>(new SignIn({ email, password: new Secret(password) }, context)),
    );
  }

  /** End the session of this request */
  @RequireSession()
  @Post('sign-out')
  @HttpCode(204)
  async signOut(@CurrentAccess() access: Access, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.commands.execute(new EndSession(signedInPerson(access)));
    this.cookie.clear(reply);
  }

  /** End every session of the account, this one included */
  @RequireSession()
  @Post('sign-out-everywhere')
  @HttpCode(204)
  async signOutEverywhere(
    @CurrentAccess() access: Access,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.commands.execute(new EndAllSessions(signedInPerson(access)));
    this.cookie.clear(reply);
  }

  #withCookie(reply: FastifyReply, signedIn: SignedIn): SignedInResponse {
    this.cookie.issue(reply, signedIn.token, SESSION_LIFETIME_SECONDS);
    return signedIn;
  }
}
