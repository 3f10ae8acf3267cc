import { DomainError } from '@app/kernel';
import { outboundErrorOf, type Secret } from '@app/platform';
import {
  EventTooLarge,
  InvalidAnswer,
  providerError,
  ProviderFailed,
  type ProviderFailure,
  providerTimeout,
} from '@app/providers';

const MASK = '[secret]';

/** What the caller is told. A provider may repeat the credential it got; nobody else may read it. */
export const domainErrorOf = (failure: ProviderFailure, provider: string, credential: Secret | null): DomainError => {
  const { code, message, providerStatus, param, retryAfter } = failure;
  const secret = credential?.reveal() ?? '';
  const scrubbed = (text: string): string => (secret === '' ? text : text.replaceAll(secret, MASK));
  return new DomainError(code, scrubbed(message), {
    provider,
    ...(providerStatus === null ? {} : { providerStatus }),
    ...(param === null ? {} : { param: scrubbed(param) }),
    ...(retryAfter === null ? {} : { retryAfter }),
  });
};

/** A request the client library refuses to send, for instance with a credential that no header can hold. */
export const isUnsendable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';

/** A connection to a provider that could not be made, or broke. */
export const failureOfConnection = (error: unknown): ProviderFailure => {
  if (isUnsendable(error)) return providerError('The request cannot be sent over this connection');
  const { reason, message } = outboundErrorOf(error);
  return reason === 'timeout' ? providerTimeout(`The provider: ${message}`) : providerError(`The provider: ${message}`);
};

/** What reading an answer threw; `null` for errors that are not the provider's. */
export const failureOfAnswer = (error: unknown): ProviderFailure | null => {
  if (error instanceof ProviderFailed) return error.failure;
  return error instanceof InvalidAnswer || error instanceof EventTooLarge
    ? providerError(`The provider broke its protocol: ${error.message}`)
    : null;
};
