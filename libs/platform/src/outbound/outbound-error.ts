/**
 * `address`: forbidden, malformed, or a name that does not exist; one reason for all three, so that nobody learns which
 * names an internal network has. `unreachable`: no connection, or it broke. `timeout`: no answer in time. `too-large`:
 * more bytes than asked for.
 */
export type OutboundReason = 'address' | 'unreachable' | 'timeout' | 'too-large';

const MESSAGES: Readonly<Record<OutboundReason, string>> = {
  address: 'the address is not allowed or does not exist',
  unreachable: 'the server could not be reached or broke the connection',
  timeout: 'the server did not answer in time',
  'too-large': 'the answer of the server is too large',
};

/** Why a customer's address was not called, or did not answer. The message may be shown: it holds no address and no name. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';

  constructor(
    readonly reason: OutboundReason,
    /** For the operator's log only: it may name addresses of the internal network. */
    cause?: unknown,
  ) {
    super(MESSAGES[reason], cause === undefined ? undefined : { cause });
  }
}

const TIMEOUTS = new Set(['ETIMEDOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);
const OVERSIZES = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_EXCEEDED_MAX_SIZE']);

/**
 * What an error of a dispatcher means. A wrong use of undici (`UND_ERR_INVALID_ARG`) is thrown as it is: it is no fault
 * of the other side.
 */
export const outboundErrorOf = (error: unknown): OutboundError => {
  if (error instanceof OutboundError) return error;
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (code === 'UND_ERR_INVALID_ARG') throw error;
  if (name === 'TimeoutError' || TIMEOUTS.has(String(code))) return new OutboundError('timeout', error);
  return new OutboundError(OVERSIZES.has(String(code)) ? 'too-large' : 'unreachable', error);
};
