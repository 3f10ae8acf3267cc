import { Injectable } from '@nestjs/common';

/** Whether this process wants new requests. Once it drains it never wants them again. */
@Injectable()
export class Readiness {
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  startDraining(): void {
    this.#draining = true;
  }
}
