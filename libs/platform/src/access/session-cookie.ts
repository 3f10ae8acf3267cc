import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Config } from '../config/config.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

const cookiesNamed = (header: string, name: string): readonly string[] =>
  header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));

/** The cookie that carries a session token for browsers. It counts on management routes only. */
@Injectable()
export class SessionCookie {
  readonly #secure: boolean;
  readonly #name: string;

  constructor(private readonly config: Config) {
    this.#secure = config.publicUrl.startsWith('https:');
    this.#name = this.#secure ? '__Host-gateway_session' : 'gateway_session';
  }

  /** Sends the token to the browser, for `maxAgeSeconds`. */
  issue(reply: FastifyReply, token: string, maxAgeSeconds: number): void {
    this.write(reply, token, maxAgeSeconds);
  }

  clear(reply: FastifyReply): void {
    this.write(reply, '', 0);
  }

  /**
   * The token of a request, or `null`. A browser sends cookies along whoever made the page, so a write counts only
   * when the browser says that our own page sent it. Two session cookies are none: a sibling host may have set one.
   */
  tokenOf(request: Pick<FastifyRequest, 'headers' | 'method'>): string | null {
    const [token, second] = cookiesNamed(request.headers.cookie ?? '', this.#name);
    if (token === undefined || token === '' || second !== undefined) return null;
    return READING.has(request.method) || this.isSameOrigin(request) ? token : null;
  }

  private isSameOrigin({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
    const site = headers['sec-fetch-site'];
    return site === undefined ? headers.origin === this.config.publicUrl : site === 'same-origin';
  }

  private write(reply: FastifyReply, value: string, maxAgeSeconds: number): void {
    const attributes = [`Max-Age=${maxAgeSeconds}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
    if (this.#secure) attributes.push('Secure');
    void reply.header('set-cookie', [`${this.#name}=${value}`, ...attributes].join('; '));
  }
}
