import { DomainError } from '@app/kernel';

import type { Config } from '../config/config.js';
import type { Surface } from './surface.js';

const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** `host` without the port that the scheme implies. */
const withoutDefaultPort = (host: string, scheme: string): string =>
  host.toLowerCase().replace(scheme === 'https:' ? /:443$/ : /:80$/, '');

/**
 * Management routes and documents answer under the name of `PUBLIC_URL` only (embedded: under loopback names too).
 * A page whose name was made to point here after it was loaded (DNS rebinding) sends its own name and gets nothing.
 * The field is judged as sent: `X-Forwarded-Host` can be set by any page's script.
 */
export class HostRule {
  readonly #scheme: string;
  readonly #host: string;

  constructor(private readonly config: Pick<Config, 'publicUrl' | 'embedded'>) {
    const { protocol, host } = new URL(config.publicUrl);
    this.#scheme = protocol;
    this.#host = host;
  }

  check(surface: Surface, host: string | undefined): void {
    if (surface !== 'management' && surface !== 'documents') return;
    if (!this.serves(host ?? '')) throw new DomainError('MISDIRECTED_REQUEST');
  }

  private serves(host: string): boolean {
    if (!HOST.test(host)) return false;
    if (this.config.embedded && LOOPBACK.test(host)) return true;
    return withoutDefaultPort(host, this.#scheme) === this.#host;
  }
}
