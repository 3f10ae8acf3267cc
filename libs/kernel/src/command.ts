import type { AccountId, ApiKeyId, OrganizationId } from './ids.js';

/** Who asks. `system` is a reactor or the operator's command line. */
export type Actor =
  | { readonly type: 'user'; readonly id: AccountId }
  | { readonly type: 'api_key'; readonly id: ApiKeyId }
  | { readonly type: 'system'; readonly id: string };

/** Where a command came from. Person data: kept in a side row that can be erased, the event carries its salted hash. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** A claim of the caller's Idempotency-Key on one answer, within the scope (principal, method, route). */
export interface IdempotencyClaim {
  /** SHA-256 of scope and key, hexadecimal; the key itself is never stored. */
  readonly claim: string;
  /** SHA-256 of the request body's bytes, hexadecimal: the same key with another body is refused. */
  readonly body: string;
  /** The caller's key. The stored answer is sealed with a key derived from it, so only a repeat can read it. */
  readonly key: string;
}

export interface CommandContext {
  /** The chain the command writes to; `INSTANCE_ORGANIZATION` for accounts. */
  readonly organizationId: OrganizationId;
  readonly actor: Actor;
  readonly origin: Origin;
  readonly requestId: string;
  readonly idempotency?: IdempotencyClaim;
  /** Stream version the caller saw (`If-Match`); another one is VERSION_CONFLICT. */
  readonly expectedVersion?: number;
}

/** What `decide` sees: the context and the database clock, read under the organization's lock (RFC 3339, UTC, microseconds). */
export interface DecisionContext extends CommandContext {
  readonly now: string;
}

/** Something asked of one stream. Ids, secrets and hashes arrive in `data`: `decide` makes none of them. */
export interface Command<Data extends object = object> {
  readonly data: Data;
  readonly context: CommandContext;
}

/** The command as `decide` receives it; of a union of commands the union of their decisions, so `type` tells them apart. */
export type Decision<C extends Command> = C extends Command
  ? Omit<C, 'context'> & { readonly context: DecisionContext }
  : never;

/** One of the commands a stream may be asked, told from the others by its type. */
export type Asked<Type extends string, Data extends object> = Command<Data> & { readonly type: Type };
