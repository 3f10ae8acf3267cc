import { DomainError } from '@app/kernel';

import type { ErrorFamily, Surface } from '../http/surface.js';

/** The part of a request that credentials are read from. */
export interface CredentialSource {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const BEARER = /^Bearer +(\S+)$/i;
/** Credentials this product mints or imports; anything else in `Authorization` belongs to somebody else. */
const OURS = /^(?:csk|cpk|cake|cen|cencori|cpj|ses|pat)_/;
const KEY = /^(?:csk|cpk|cake|cen|cencori|cpj)_/;

/** True for what has the form of an API key, whether it exists or not. */
export const looksLikeApiKey = (credential: string): boolean => KEY.test(credential);

/** The 401 of a surface: management asks for a session, everything else for a key. */
export const unauthenticated = (surface: Surface, message?: string): DomainError =>
  new DomainError(surface === 'management' ? 'SESSION_REQUIRED' : 'INVALID_API_KEY', message);

const headerOf = ({ headers }: CredentialSource, name: string): string | null => {
  const value = headers[name];
  const text = (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
  return text === '' ? null : text;
};

/**
 * The credential of a request's header fields; `null` without one. The `CENCORI_API_KEY` field wins over any foreign
 * `Authorization`, but two different credentials of ours are refused: which one counts must never be a silent choice.
 * Repeated fields have been refused before. On `messages` the key may come as `x-api-key` too.
 */
export const presentedCredential = (
  request: CredentialSource,
  surface: Surface,
  family: ErrorFamily = 'flat',
): string | null => {
  const bearer = BEARER.exec(headerOf(request, 'authorization') ?? '')?.[1] ?? null;
  const candidates = [
    headerOf(request, 'cencori_api_key'),
    family === 'anthropic' ? headerOf(request, 'x-api-key') : null,
    bearer,
  ].filter((candidate) => candidate !== null);
  if (new Set(candidates.filter((candidate) => OURS.test(candidate))).size > 1) {
    throw unauthenticated(surface, 'Send one credential: the request has two different ones');
  }
  return candidates[0] ?? null;
};
