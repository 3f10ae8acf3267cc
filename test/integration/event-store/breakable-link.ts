import { createServer, type AddressInfo, type Server, Socket } from 'node:net';

/** How a link treats the bytes of the server. */
export type LinkState =
  | 'open'
  /** Nothing arrives any more, and nobody says so: a paused server or a lost cable. */
  | 'silent'
  /** The next COMMIT reaches the server, its answer is lost together with the connection. */
  | 'cut after commit';

/** A TCP link to PostgreSQL that can be broken while it is in use. */
export class BreakableLink {
  state: LinkState = 'open';
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly database: URL,
    private readonly server: Server,
  ) {}

  static async to(databaseUrl: string): Promise<BreakableLink> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const link = new BreakableLink(new URL(databaseUrl), server);
    server.on('connection', (client) => link.connect(client));
    return link;
  }

  /** Address of the database through the link. */
  get url(): string {
    const url = new URL(this.database);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Ends every connection; the next ones go to the server at another port, as after a move. */
  moveTo(port: number): void {
    this.database.port = String(port);
    this.cut();
  }

  /** Ends every connection, as a server does that is killed. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private connect(client: Socket): void {
    const server = new Socket();
    server.connect(Number(this.database.port), this.database.hostname);
    let isLost = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (this.state === 'silent') return;
      isLost = this.state === 'cut after commit' && bytes.includes('COMMIT');
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (isLost) client.destroy();
      else if (this.state !== 'silent') client.write(bytes);
    });
  }
}
