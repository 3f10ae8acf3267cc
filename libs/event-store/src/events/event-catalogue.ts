import { DomainError, type EventDefinition, type EventDefinitions } from '@app/kernel';

/** All event types of the product. A type that two modules claim, or that lost the way from its old form, stops the start. */
export class EventCatalogue {
  readonly #definitions = new Map<string, EventDefinition>();

  constructor(modules: readonly EventDefinitions[]) {
    for (const [type, definition] of modules.flatMap((module) => Object.entries(module))) {
      if (this.#definitions.has(type)) throw new TypeError(`event type ${type} is defined twice`);
      if (definition.schemaVersion > 1 && definition.upcast === undefined) {
        throw new TypeError(`event type ${type} has schema version ${definition.schemaVersion} and no upcast`);
      }
      this.#definitions.set(type, definition);
    }
  }

  /** Refuses a list of types with one nobody defines: it would wait for that event for ever. */
  requireKnown(types: readonly string[], asker: string): void {
    const unknown = types.find((type) => !this.#definitions.has(type));
    if (unknown !== undefined) throw new TypeError(`${asker} wants the unknown event type ${unknown}`);
  }

  /** The definition to append with. */
  definitionOf(type: string): EventDefinition {
    const definition = this.#definitions.get(type);
    if (definition === undefined) throw new TypeError(`unknown event type ${type}`);
    return definition;
  }

  /** Data in its current form. What a newer release has written is for newer processes, which answer the retry. */
  upcast(type: string, schemaVersion: number, data: Readonly<Record<string, unknown>>): object {
    const definition = this.#definitions.get(type);
    if (definition === undefined || definition.schemaVersion < schemaVersion) {
      throw new DomainError('SERVICE_UNAVAILABLE', 'This process is older than the data it was asked for');
    }
    if (definition.schemaVersion === schemaVersion) return data;
    return definition.upcast?.(data, schemaVersion) ?? data;
  }
}
