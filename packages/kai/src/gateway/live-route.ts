/** `GET /api/live`: turns an admitted upgrade into a connection, and ends all of them when the gateway closes. */

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MESSAGE_BYTES_MAX } from '@kai/protocol';
import { WebSocketServer } from 'ws';
import type { Admission } from './admission.ts';
import { type ConnectionSource, type LiveConnection, serveConnection } from './live-connection.ts';

/** WebSocket connections that one gateway has at most. */
export const CONNECTIONS_MAX = 32;
export const LIVE_PATH = '/api/live';
/** How long a closing client may take to say goodbye, in milliseconds. */
const GOODBYE_MS = 500;

export interface LiveSource extends Omit<ConnectionSource, 'socket' | 'client'> {
  /** A client of the node, named after how it showed who it is. */
  client(admission: Admission): ConnectionSource['client'];
  admit(request: IncomingMessage): Admission;
}

export interface LiveRoute extends AsyncDisposable {
  /** Connections that are open. */
  readonly connections: number;
}

export function serveLive(server: Server, source: LiveSource): LiveRoute {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
  });
  const open = new Set<LiveConnection>();
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const admission = source.admit(request);
    const refusal = refusalOf(request, admission, open.size);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const connection = serveConnection({ ...source, socket, client: source.client(admission) });
      open.add(connection);
      void connection.ended.finally(() => open.delete(connection));
    });
  };
  server.on('upgrade', upgrade);
  return {
    get connections() {
      return open.size;
    },
    async [Symbol.asyncDispose]() {
      server.off('upgrade', upgrade);
      for (const connection of open) connection.close();
      const cut = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, GOODBYE_MS);
      await Promise.all([...open].map((connection) => connection.ended));
      clearTimeout(cut);
      sockets.close();
    },
  };
}

function refusalOf(request: IncomingMessage, admission: Admission, open: number): string | undefined {
  if (admission.kind === 'forbidden') return '403 Forbidden';
  if (request.url?.split('?')[0] !== LIVE_PATH) return '404 Not Found';
  if (admission.kind === 'unknown') return '401 Unauthorized';
  return open >= CONNECTIONS_MAX ? '503 Service Unavailable' : undefined;
}

function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
