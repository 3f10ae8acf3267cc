import type { Actor } from './command.js';
import type { EventId, OrganizationId, ProjectId } from './ids.js';

/** A fact in the past tense. `data` holds ids, enums, numbers and times in clear; free text only in sealed fields; never a secret, never a person. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
  /**
   * Only of an event that is derived from others: the id those facts always give (`derivedId` of platform). A repeat is
   * then appended once. Every other event gets a new id when it is stored.
   */
  readonly id?: EventId;
}

/** An event as stored, unsealed for the reader. */
export type RecordedEvent<E extends DomainEvent = DomainEvent> = E & {
  readonly id: EventId;
  readonly organizationId: OrganizationId;
  /** Project the event belongs to; its sealed fields are sealed with this project's data key, else with the organization's. */
  readonly projectId: ProjectId | null;
  readonly streamId: string;
  /** 1, 2, 3 … within the stream. */
  readonly version: number;
  /** 1, 2, 3 … within the organization, without gaps. */
  readonly seq: number;
  readonly schemaVersion: number;
  /** RFC 3339, UTC, microseconds; strictly increasing within the organization. */
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly requestId: string;
};

export interface EventDefinition {
  readonly schemaVersion: number;
  /**
   * Names of the top-level members of `data` that are free text of a project or organization (names, rules,
   * addresses). They are sealed before they are stored, so that destroying one data key makes them unreadable.
   */
  readonly sealed: readonly string[];
  /** Brings `data` of an older schema version to the current one; needed from schema version 2 on. */
  readonly upcast?: (data: Readonly<Record<string, unknown>>, from: number) => Readonly<Record<string, unknown>>;
}

/** The definitions of all events of a stream. */
export type EventDefinitions<E extends DomainEvent = DomainEvent> = { readonly [Type in E['type']]: EventDefinition };

/** A stream of one aggregate. */
export interface StreamRef {
  /** For instance `api_key`. */
  readonly type: string;
  /** For instance `key_01j…`; the stored stream id is `<type>/<id>`. */
  readonly id: string;
  readonly projectId: ProjectId | null;
}
