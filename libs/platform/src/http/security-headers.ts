import type { ServerResponse } from 'node:http';

import type { Surface } from './surface.js';

const NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** Swagger UI from our own origin: its page has a style element and pictures as data, no inline script. */
const SWAGGER_UI = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** What browsers are told about an answer. Runtime answers are data for any page and get only what data needs. */
export const protectAnswer = (surface: Surface, https: boolean, answer: ServerResponse): void => {
  answer.setHeader('x-content-type-options', 'nosniff');
  if (https) answer.setHeader('strict-transport-security', 'max-age=31536000');
  if (surface === 'runtime' || surface === 'probe') return;
  answer.setHeader('content-security-policy', surface === 'documents' ? SWAGGER_UI : NOTHING);
  answer.setHeader('referrer-policy', 'no-referrer');
  answer.setHeader('cross-origin-resource-policy', 'same-origin');
  answer.setHeader('x-frame-options', 'DENY');
  if (surface !== 'documents') answer.setHeader('cache-control', 'no-store');
};
