/**
 * One command of an organization at a time in this process. They wait for the organization's lock anyway; waiting here
 * costs no connection, so a busy organization cannot take all of the pool from the others.
 */
export class OrganizationTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(organizationId) ?? Promise.resolve()).then(work);
    const over = Promise.allSettled([turn]).finally(() => {
      if (this.#last.get(organizationId) === over) this.#last.delete(organizationId);
    });
    this.#last.set(organizationId, over);
    return turn;
  }
}
