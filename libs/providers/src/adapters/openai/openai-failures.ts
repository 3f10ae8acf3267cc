import { type ProviderFailure, providerError } from '../provider-failure.js';
import type { RefusedAnswer } from '../provider-adapter.js';
import { isObject } from './openai-usage.js';

const LONGEST_MESSAGE = 1_000;
const LONGEST_WAIT_SECONDS = 86_400;
/** What the caller can mend; everything else a provider refuses is between it and the connection's owner. */
const FOR_THE_CALLER: readonly number[] = [400, 404, 413, 422];
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cs}]+/gu;

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== ''
    ? value.slice(0, LONGEST_MESSAGE).replaceAll(CONTROL_CHARACTERS, ' ').trim()
    : null;

/** OpenAI's `{error: {message}}` and the forms compatible servers use: `{error: ""}`, `{message}`, `{detail}`. */
const errorIn = (value: unknown): { readonly message: string | null; readonly param: string | null } => {
  if (!isObject(value)) return { message: null, param: null };
  const error = isObject(value['error']) ? value['error'] : value;
  const message = textOf(error['message']) ?? textOf(value['error']) ?? textOf(value['detail']);
  return { message, param: textOf(error['param']) };
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

const first = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** Seconds of `retry-after-ms` or `Retry-After`, which is a number of seconds or a date. */
const retryAfterOf = ({ headers }: RefusedAnswer): number | null => {
  const milliseconds = first(headers['retry-after-ms']);
  const seconds = first(headers['retry-after']);
  let wait = milliseconds === undefined ? Number.NaN : Number(milliseconds) / 1_000;
  if (Number.isNaN(wait) && seconds !== undefined) wait = Number(seconds);
  if (Number.isNaN(wait) && seconds !== undefined) wait = (Date.parse(seconds) - Date.now()) / 1_000;
  return wait >= 0 && wait <= LONGEST_WAIT_SECONDS ? Math.ceil(wait) : null;
};

/** A status that is not a success. */
export const readRefusal = (answer: RefusedAnswer): ProviderFailure => {
  const { message, param } = errorIn(parsed(answer.body));
  const { status } = answer;
  if (FOR_THE_CALLER.includes(status)) {
    return {
      code: 'PROVIDER_REJECTED',
      message: message ?? `The provider refused the request with status ${status}`,
      providerStatus: status,
      param,
      retryAfter: null,
    };
  }
  if (status === 429) {
    return {
      code: 'PROVIDER_RATE_LIMITED',
      message: message ?? 'The provider limits its requests',
      providerStatus: status,
      param: null,
      retryAfter: retryAfterOf(answer),
    };
  }
  // What a provider says of the credential it got would tell a caller about the connection's owner.
  if (status === 401 || status === 403) {
    return providerError('The provider does not accept the credential of this connection', status);
  }
  return providerError(message ?? `The provider answered with status ${status}`, status);
};

/** The `error` member of an answer or event that began as a success. */
export const readErrorMember = (error: unknown): ProviderFailure =>
  providerError(errorIn({ error }).message ?? 'The provider broke off with an error');
