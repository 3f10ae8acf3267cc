import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';

/** A server on loopback that counts who comes. */
export interface LoopbackServer {
  readonly port: number;
  /** Connections, also those that sent nothing. */
  readonly connections: () => number;
  /** Requests as `<method> <path>`. */
  readonly requests: readonly string[];
  /** Remote port of the connection each request came on: equal for requests on one socket. */
  readonly sockets: readonly (number | undefined)[];
  close(): Promise<void>;
}

const counted = async (
  server: Server | TcpServer,
  address: string,
  port: number,
): Promise<Pick<LoopbackServer, 'port' | 'connections' | 'close'>> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** An HTTP server; `127.0.0.2` and so on are other addresses of the same loopback, where Linux lets anyone listen. */
export const startLoopbackServer = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  options: {
    readonly address?: string;
    readonly port?: number;
    readonly create?: (listener: RequestListener) => Server;
  } = {},
): Promise<LoopbackServer> => {
  const requests: string[] = [];
  const sockets: (number | undefined)[] = [];
  const server = (options.create ?? createServer)((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    sockets.push(request.socket.remotePort);
    request.resume();
    answer(request, response);
  });
  return { ...(await counted(server, options.address ?? '127.0.0.1', options.port ?? 0)), requests, sockets };
};

/** A listener that only writes what it is told to, or nothing. */
export const startRawServer = async (greet: (socket: Socket) => void): Promise<LoopbackServer> => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    greet(socket);
  });
  return { ...(await counted(server, '127.0.0.1', 0)), requests: [], sockets: [] };
};
