import type { OrganizationId, ProjectId, SecretId } from '@app/kernel';
import type { EntityManager } from 'typeorm';

import type { Secret } from './secret.js';

/** Whose data key seals a value: the project's, or the organization's when there is none. */
export interface SealScope {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId | null;
}

/** What a sealed value is bound to (the associated data): moved to another row, kind or origin it does not open. */
export interface SealBinding extends SealScope {
  /** For instance `event-field`, `provider-credential`. */
  readonly kind: string;
  /** Id of the row that holds it, with the member's name where a row holds several. */
  readonly row: string;
  /** Origin (`https://api.openai.com`) a credential was entered for; empty for values that are sent nowhere. */
  readonly origin: string;
}

/** Seals values of one scope without the database: for a path that seals so often that it cannot ask for the key each time. */
export interface Sealer {
  seal(value: Omit<SealBinding, keyof SealScope>, plaintext: string): string;
}

/** Seals and opens values with envelope encryption: AES-256-GCM under a data key, which a key-encryption key wraps. */
export abstract class Envelope {
  /** Makes the data key of a new project or organization, in the transaction that creates it. */
  abstract createDataKey(tx: EntityManager, scope: SealScope): Promise<void>;
  /** Destroys it: everything it sealed is unreadable from the commit on. */
  abstract destroyDataKey(tx: EntityManager, scope: SealScope): Promise<void>;
  abstract seal(tx: EntityManager, binding: SealBinding, plaintext: string): Promise<string>;
  /**
   * Seals with the scope's data key as it is now; `null` when it has been destroyed. Kept beyond the destruction it does
   * no harm, what it seals is unreadable; keep it a minute at most, it holds the key.
   */
  abstract sealer(tx: EntityManager, scope: SealScope): Promise<Sealer | null>;
  /** `null` when the data key has been destroyed; throws when the value was moved, damaged or has trailing bytes. */
  abstract open(tx: EntityManager, binding: SealBinding, sealed: string): Promise<string | null>;
}

/** Where a secret belongs. It is bound to all of it: under another kind or origin it does not open. */
export interface SecretRef extends Omit<SealBinding, 'row'> {
  readonly id: SecretId;
}

/** The one table of secrets, by id and version; rows and events elsewhere carry only the id. */
export abstract class SecretStore {
  /** A version is written once; earlier versions stay readable until `remove`. */
  abstract put(tx: EntityManager, secret: SecretRef & { readonly version: number }, value: Secret): Promise<void>;
  /**
   * The version asked for, else the newest; `null` when there is none or its data key has been destroyed. Throws when
   * it is bound to another kind, project or origin.
   */
  abstract get(tx: EntityManager, secret: SecretRef & { readonly version?: number }): Promise<Secret | null>;
  /** Removes the versions below `belowVersion`, or all of them. */
  abstract remove(tx: EntityManager, scope: SealScope, id: SecretId, belowVersion?: number): Promise<void>;
}
