import type { AccountId } from '@app/kernel';

/** Who signed in, and the token of the new session, which is shown this once. */
export interface SignedIn {
  readonly user: { readonly id: AccountId; readonly email: string; readonly name: string };
  readonly token: string;
}
