import type { OrganizationId, ProjectId } from '@app/kernel';
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

/** Seals and opens values with envelope encryption: AES-256-GCM under a data key, which a key-encryption key wraps. */
export abstract class Envelope {
  /** Makes the data key of a new project or organization, in the transaction that creates it. */
  abstract createDataKey(tx: EntityManager, scope: SealScope): Promise<void>;
  /** Destroys it: everything it sealed is unreadable from the commit on. */
  abstract destroyDataKey(tx: EntityManager, scope: SealScope): Promise<void>;
  abstract seal(tx: EntityManager, binding: SealBinding, plaintext: string): Promise<string>;
  /** `null` when the data key has been destroyed; throws when the value was moved, damaged or has trailing bytes. */
  abstract open(tx: EntityManager, binding: SealBinding, sealed: string): Promise<string | null>;
}

/** The one table of secrets, by id and version; rows and events elsewhere carry only the id. */
export abstract class SecretStore {
  abstract put(
    tx: EntityManager,
    secret: SealBinding & { readonly id: string; readonly version: number },
    value: Secret,
  ): Promise<void>;
  /** The newest version; `null` when it never was or its data key has been destroyed. Throws when bound to another origin. */
  abstract get(tx: EntityManager, secret: Omit<SealBinding, 'row'> & { readonly id: string }): Promise<Secret | null>;
  abstract remove(tx: EntityManager, scope: SealScope, id: string): Promise<void>;
}
