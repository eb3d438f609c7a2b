/**
 * A node in place of the node, for the window's own tests: serves the built window under the real
 * Content-Security-Policy and answers docs/gateway.md with believable content. It proves the window, not the
 * gateway.
 *
 * To look at the window: `npx vite build packages/ui && node packages/ui/test/stand-in.ts`, then open the address
 * that it prints.
 */

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { House } from './stand-in/house.ts';
import { NODE } from './stand-in/intents.ts';

const POLICY =
  "default-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TRACE = 'node.trace.follow';
/** A trace follower gets a batch this often, in milliseconds: ten a second, as the contract says. */
const BATCH_MS = 100;

interface ClientFrame {
  readonly op: 'request' | 'cancel' | 'subscribe' | 'unsubscribe';
  readonly ref: string;
  readonly topic?: string;
  readonly message?: {
    readonly to: string;
    readonly intent: string;
    readonly payload?: Record<string, never>;
  };
}

export class StandIn implements AsyncDisposable {
  readonly house: House;
  /** Whether a browser is known; otherwise the socket is refused, as without a cookie. */
  known = true;
  port = 0;
  readonly #dist: string;
  readonly #clients = new Map<WebSocket, Map<string, { topic?: string; abort: AbortController }>>();
  readonly #followers = new Set<(entries: readonly unknown[]) => void>();
  #server: Server | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(dist: string = DIST) {
    this.#dist = dist;
    this.house = new House((topic, payload) => this.#publish(topic, payload));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Listens on a free port, or on the one it had before it was stopped. */
  async start(port: number = this.port): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/api/live' || !this.known) return socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      sockets.handleUpgrade(request, socket, head, (client) => this.#greet(client));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Lets `perSecond` messages a second arrive; 0 ends it. */
  traffic(perSecond: number): void {
    clearInterval(this.#timer);
    this.house.perSecond = perSecond;
    if (perSecond === 0) return;
    let due = 0;
    this.#timer = setInterval(() => {
      due += (perSecond * BATCH_MS) / 2_000;
      const entries = [];
      for (; due >= 1; due -= 1) entries.push(...this.house.journal.add(Date.now()));
      entries.sort((one, other) => Number(one.at) - Number(other.at));
      if (entries.length > 0) for (const follower of this.#followers) follower(entries);
    }, BATCH_MS);
  }

  async stop(): Promise<void> {
    for (const [client, open] of this.#clients) {
      for (const { abort } of open.values()) abort.abort();
      client.terminate();
    }
    this.#clients.clear();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.traffic(0);
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname.startsWith('/api/')) {
      response.writeHead(this.known ? 400 : 401).end('{}');
      return;
    }
    const name = pathname === '/' ? 'index.html' : normalize(pathname).slice(1);
    try {
      const body = await readFile(join(this.#dist, name));
      response.writeHead(200, {
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
        'cache-control': 'no-cache',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  #greet(client: WebSocket): void {
    const open = new Map<string, { topic?: string; abort: AbortController }>();
    this.#clients.set(client, open);
    client.on('close', () => {
      for (const { abort } of open.values()) abort.abort();
      this.#clients.delete(client);
    });
    client.on('message', (data) => this.#receive(client, open, JSON.parse(String(data)) as ClientFrame));
    send(client, {
      op: 'hello',
      protocol: 1,
      node: NODE,
      client: `${NODE}.window-1`,
      version: '0.1.0',
      incarnation: 7,
    });
  }

  #receive(
    client: WebSocket,
    open: Map<string, { topic?: string; abort: AbortController }>,
    frame: ClientFrame,
  ): void {
    const { op, ref } = frame;
    if (op === 'cancel' || op === 'unsubscribe') {
      open.get(ref)?.abort.abort();
      open.delete(ref);
      return;
    }
    const abort = new AbortController();
    if (op === 'subscribe') {
      open.set(ref, { topic: frame.topic ?? '', abort });
      return;
    }
    open.set(ref, { abort });
    void this.#answer(client, frame, abort.signal).finally(
      () => frame.message?.intent === TRACE || open.delete(ref),
    );
  }

  async #answer(client: WebSocket, { ref, message }: ClientFrame, signal: AbortSignal): Promise<void> {
    const intent = message?.intent ?? '';
    const emit = (payload: unknown): void => {
      if (!signal.aborted) send(client, { op: 'chunk', ref, payload });
    };
    if (intent === TRACE) return this.#followTrace(emit, signal);
    const reply = await this.house.answer({
      to: message?.to ?? '',
      intent,
      payload: message?.payload ?? {},
      signal,
      emit,
    });
    if (signal.aborted) return;
    if ('error' in reply) send(client, { op: 'error', ref, error: reply.error });
    else send(client, { op: 'reply', ref, message: { payload: reply.payload, re: reply.re ?? ref } });
  }

  #followTrace(emit: (payload: unknown) => void, signal: AbortSignal): void {
    const follower = (entries: readonly unknown[]): void => emit({ entries, missed: 0 });
    this.#followers.add(follower);
    signal.addEventListener('abort', () => this.#followers.delete(follower));
  }

  #publish(topic: string, payload: unknown): void {
    for (const [client, open] of this.#clients) {
      for (const [ref, { topic: wanted }] of open) {
        if (wanted === topic) send(client, { op: 'event', ref, message: { payload } });
      }
    }
  }
}

function send(client: WebSocket, frame: object): void {
  client.send(JSON.stringify(frame));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const standIn = new StandIn();
  await standIn.start(Number(process.env.PORT ?? 5241));
  standIn.traffic(50);
  setInterval(() => standIn.house.fireReminder(), 45_000).unref();
  console.log(`The window, before a stand-in of the node: ${standIn.url}`);
}
