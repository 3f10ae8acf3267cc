import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server with the number of answers each is busy with. */
export class OpenConnections {
  readonly #answers = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#answers.set(socket, 0);
      socket.once('close', () => this.#answers.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
      this.#count(socket, 1);
      answer.once('close', () => this.#count(socket, -1));
    });
  }

  /**
   * Closes every connection without a request. Node's `closeIdleConnections` leaves those alone that have sent
   * nothing or half a request, and a closed server no longer measures their time.
   */
  closeWaiting(): void {
    for (const [socket, answers] of this.#answers) if (answers === 0) socket.destroy();
  }

  #count(socket: Socket, change: number): void {
    const answers = this.#answers.get(socket);
    if (answers !== undefined) this.#answers.set(socket, answers + change);
  }
}
