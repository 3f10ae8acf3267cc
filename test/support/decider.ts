import { idOf, type Command, type Decider, type DecisionContext, type Decision, type DomainEvent } from '@app/kernel';

/** The context of a decision, for specs that look at one or two of its members. */
export const decisionContext = (overrides: Partial<DecisionContext> = {}): DecisionContext => ({
  organizationId: idOf('org', '01890a5d-ac96-774b-bcce-b302099a8057'),
  actor: { type: 'user', id: idOf('usr', '01890a5d-ac96-774b-bcce-b302099a8058') },
  origin: { ip: null, userAgent: null },
  requestId: 'req_spec',
  now: '2026-11-20T12:00:00.000000Z',
  ...overrides,
});

/**
 * Given what happened, when this is asked, then that happens:
 * `const given = givenFor(apiKeyDecider)`, then `given(created).when(revoke()).expectEvents(revoked)`.
 */
export const givenFor =
  <State, C extends Command, E extends DomainEvent>(decider: Decider<State, C, E>) =>
  (...history: readonly E[]) => ({
    when: (command: Decision<C>) => {
      const state = history.reduce(decider.evolve, decider.initialState);
      return {
        /** Exactly these events in this order; none at all when there is nothing to do. */
        expectEvents: (...expected: readonly E[]): void => {
          expect(decider.decide(command, state)).toEqual(expected);
        },
        /** A refusal with this public code; `details` are compared where given. */
        expectError: (code: string, details?: Readonly<Record<string, unknown>>): void => {
          const refusal = details === undefined ? { code } : { code, details };
          expect(() => decider.decide(command, state)).toThrow(expect.objectContaining(refusal));
        },
      };
    },
  });
