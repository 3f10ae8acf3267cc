import { SessionResolver } from '@app/accounts';
import { ApiKeyPrincipalResolver } from '@app/api-keys';
import { looksLikeApiKey, type Principal, PrincipalResolver } from '@app/platform';
import { Injectable } from '@nestjs/common';

/** Each kind of credential is known to its own module; the prefix says which. */
@Injectable()
export class CredentialResolver extends PrincipalResolver {
  constructor(
    private readonly sessions: SessionResolver,
    private readonly keys: ApiKeyPrincipalResolver,
  ) {
    super();
  }

  override async resolve(credential: string): Promise<Principal | null> {
    return looksLikeApiKey(credential) ? this.keys.resolve(credential) : this.sessions.resolve(credential);
  }
}
