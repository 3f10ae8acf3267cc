/** A provider did not do what it was asked. The texts are for the caller of the gateway. */
export interface ProviderFailure {
  readonly code: 'PROVIDER_REJECTED' | 'PROVIDER_RATE_LIMITED' | 'PROVIDER_ERROR' | 'PROVIDER_TIMEOUT';
  readonly message: string;
  /** The provider's own status; `null` when it gave none. */
  readonly providerStatus: number | null;
  /** The parameter the provider names, for OpenAI's `param`. */
  readonly param: string | null;
  /** Seconds the provider asks to wait. */
  readonly retryAfter: number | null;
}

export const providerError = (message: string, providerStatus: number | null = null): ProviderFailure => ({
  code: 'PROVIDER_ERROR',
  message,
  providerStatus,
  param: null,
  retryAfter: null,
});

export const providerTimeout = (message: string): ProviderFailure => ({
  code: 'PROVIDER_TIMEOUT',
  message,
  providerStatus: null,
  param: null,
  retryAfter: null,
});

/** An answer that breaks the provider's own protocol. */
export class InvalidAnswer extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'InvalidAnswer';
  }
}

/** A provider that says so itself, in an answer that began as a success. */
export class ProviderFailed extends Error {
  constructor(readonly failure: ProviderFailure) {
    super(failure.message);
    this.name = 'ProviderFailed';
  }
}
