export type {
  Actor,
  Asked,
  Command,
  CommandContext,
  Decision,
  DecisionContext,
  IdempotencyClaim,
  Origin,
} from './command.js';
export type { Decider } from './decider.js';
export { DomainError, type FieldProblem, validationFailed } from './domain-error.js';
export type { DomainEvent, EventDefinition, EventDefinitions, RecordedEvent, StreamRef } from './domain-event.js';
export type { ErrorCode } from './error-codes.js';
export {
  type AccountId,
  type ApiKeyId,
  type ConnectionId,
  type EventId,
  type Id,
  type IdPrefix,
  idOf,
  INSTANCE_ORGANIZATION,
  isId,
  type OrganizationId,
  parseId,
  type ProjectId,
  type RequestId,
  type SecretId,
  type SessionId,
  uuidOf,
} from './ids.js';
export { formatUsd, type MicroUsd, parseUsd } from './money.js';
export { parseName } from './name.js';
export { PROVIDER_NAME } from './provider-name.js';
export { slugOf } from './slug.js';
export { isToken, tokenOf } from './token-form.js';
export { unreachable } from './unreachable.js';
