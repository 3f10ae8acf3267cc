import type { Command, Decision } from './command.js';
import type { DomainEvent } from './domain-event.js';

/**
 * A stream as three pure values. `decide` throws a `DomainError` to refuse and answers an empty list when there is
 * nothing to do, which makes retries harmless; `evolve` takes facts as they are and never throws on history.
 */
export interface Decider<State, C extends Command, E extends DomainEvent> {
  readonly initialState: State;
  readonly decide: (command: Decision<C>, state: State) => readonly E[];
  readonly evolve: (state: State, event: E) => State;
}
