/** Answer of the probes. */
export class ProbeResponse {
  /**
   * `ok`: alive, or ready for requests.
   * @example "ok"
   */
  status: 'ok';
}
