import { AccountsModule } from '@app/accounts';
import { ApiKeysModule } from '@app/api-keys';
import { MembersModule, RolePermissionSource } from '@app/members';
import { PermissionSource, PrincipalResolver } from '@app/platform';
import { Module } from '@nestjs/common';

import { CredentialResolver } from './credential-resolver.js';

/** Binds the guard's two questions to the modules that know the answers. */
@Module({
  imports: [AccountsModule, ApiKeysModule, MembersModule],
  providers: [
    { provide: PrincipalResolver, useClass: CredentialResolver },
    { provide: PermissionSource, useExisting: RolePermissionSource },
  ],
  exports: [PrincipalResolver, PermissionSource],
})
export class AccessModule {}
