import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError, type ErrorCode } from '@app/kernel';

import { newId } from '../ids/new-id.js';
import { renderError } from './render-error.js';

const codeIn = (error: Error): unknown => ('code' in error ? error.code : undefined);

const refusalOf = (error: Error): DomainError => {
  switch (codeIn(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return new DomainError('HEADERS_TOO_LARGE');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new DomainError('REQUEST_TIMEOUT');
    default:
      return new DomainError('VALIDATION_FAILED', 'The request is not valid HTTP');
  }
};

/** Node keeps the answer in progress of a connection here; after its first byte nothing else may be written. */
const hasBegunToAnswer = (socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean =>
  socket._httpMessage?.headersSent === true;

export type RefusalObserver = (refusal: {
  readonly requestId: string;
  readonly status: number;
  readonly code: ErrorCode;
}) => void;

/** Answers what never became a request: bytes that are not HTTP, fields beyond the limits, requests that never end. */
export const answerClientError = (error: Error, socket: Socket, observe: RefusalObserver): void => {
  if (!socket.writable || codeIn(error) === 'ECONNRESET' || hasBegunToAnswer(socket)) {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error);
  const requestId = newId('req');
  const { status, headers, body } = renderError(refusal, 'flat', requestId);
  const fields = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head.join('')}\r\n${body}`);
  observe({ requestId, status, code: refusal.code });
};
