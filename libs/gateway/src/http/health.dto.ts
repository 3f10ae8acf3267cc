/** The gateway answers. */
export class HealthResponse {
  /** @example "ok" */
  status: string;

  /** @example "ai-gateway" */
  service: string;

  /** @example "0.1.0" */
  version: string;

  /**
   * The server's clock.
   * @example "2026-11-21T12:00:00.000Z"
   */
  timestamp: string;
}
