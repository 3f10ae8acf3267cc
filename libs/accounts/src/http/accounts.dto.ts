import { IsEmail, IsString, Length, MaxLength } from 'class-validator';

/** A new account. */
export class SignUpRequest {
  /**
   * Address the account belongs to; capitals do not make another one.
   * @example "ada@example.com"
   */
  @IsEmail()
  @MaxLength(254)
  email: string;

  /**
   * 8 to 256 characters; not the e-mail address.
   * @example "correct horse battery staple"
   */
  @IsString()
  @Length(8, 256)
  password: string;

  /**
   * Name shown to other members, 1 to 100 characters.
   * @example "Ada Lovelace"
   */
  @IsString()
  @Length(1, 100)
  name: string;
}

export class SignInRequest {
  /**
   * Address of the account.
   * @example "ada@example.com"
   */
  @IsString()
  @MaxLength(254)
  email: string;

  /**
   * Password of the account.
   * @example "correct horse battery staple"
   */
  @IsString()
  @MaxLength(512)
  password: string;
}

export class UserResponse {
  /**
   * Id of the account.
   * @example "usr_01h455vb4pex5vsknk084sn02q"
   */
  id: string;

  /**
   * As its owner writes it.
   * @example "ada@example.com"
   */
  email: string;

  /**
   * Name shown to other members.
   * @example "Ada Lovelace"
   */
  name: string;
}

export class SignedInResponse {
  /** Who signed in. */
  user: UserResponse;

  /**
   * Token of the new session, shown this once: send it as `Authorization: Bearer`. Browsers get it as a cookie as well.
   * It ends after 30 days, after 7 days without use, or with sign-out.
   * @example "ses_4vJ8cQm1RzYtB6nXw0LkPd7Hs2GfUe9AoCi5EbKxMq3W1tZyN"
   */
  token: string;
}

export class MeResponse extends UserResponse {
  /**
   * Whether the account owns the instance. That opens the operator's routes and nothing inside an organization.
   * @example false
   */
  instanceOwner: boolean;

  /**
   * When the account was made.
   * @example "2026-11-20T12:00:00.000Z"
   */
  createdAt: string;
}

export class SessionResponse {
  /**
   * Id of the session; it opens nothing.
   * @example "ses_01h455vb4pex5vsknk084sn02q"
   */
  id: string;

  /**
   * Whether it is the session of this request.
   * @example true
   */
  current: boolean;

  /**
   * When it began.
   * @example "2026-11-20T12:00:00.000Z"
   */
  createdAt: string;

  /**
   * When it was last used, right to a minute.
   * @example "2026-11-20T12:34:00.000Z"
   */
  lastSeenAt: string;

  /**
   * When it ends however much it is used.
   * @example "2026-12-20T12:00:00.000Z"
   */
  expiresAt: string;
}

export class SessionListResponse {
  /** Newest first. */
  data: SessionResponse[];

  /** Cursor of the next page; `null` on the last one. */
  nextCursor: string | null;
}
