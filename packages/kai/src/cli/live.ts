/**
 * The command line's side of the gateway's WebSocket (docs/gateway.md): requests, streams and subscriptions.
 *
 * A stream that is read slowly pauses the connection, so that nothing piles up here. When the connection is lost,
 * everything open fails with `UNREACHABLE`.
 */

import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  KaiError,
  MESSAGE_BYTES_MAX,
  type WireMessage,
} from '@kai/protocol';
import { WebSocket } from 'ws';
import type { NodeFrame } from '../gateway/frames.ts';

export interface LiveOptions {
  /** `http://127.0.0.1:5240/`. */
  readonly url: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

export interface LiveRequest {
  readonly to: string;
  readonly intent: string;
  readonly payload?: JsonValue;
  readonly context?: JsonObject;
  readonly priority?: string;
}

export interface RequestOptions {
  /** Milliseconds; the gateway's default when absent. */
  readonly timeoutMs?: number | undefined;
  /** Takes the request back. */
  readonly signal: AbortSignal;
}

export interface Hello {
  readonly node: string;
  readonly client: string;
  readonly version: string;
  readonly incarnation: number;
}

export interface Live extends AsyncDisposable {
  readonly hello: Hello;
  /** Yields the parts of the answer; returns the reply. Leaving the loop early cancels the request. */
  stream(request: LiveRequest, options: RequestOptions): AsyncGenerator<JsonValue, WireMessage, void>;
  /** The reply alone. */
  ask(request: LiveRequest, options: RequestOptions): Promise<WireMessage>;
}

/** Frames that wait for their reader before the connection pauses. */
const FRAMES_WAITING_MAX = 256;
/** Frames of the gateway are a message and a little around it. */
const FRAME_BYTES_MAX = MESSAGE_BYTES_MAX + 65_536;
const CONNECT_MS = 5_000;

/** @throws KaiError `UNREACHABLE` when nobody answers there, `UNAUTHORIZED` when the token is not the node's. */
export async function openLive(options: LiveOptions): Promise<Live> {
  const url = new URL('/api/live', options.url);
  url.protocol = 'ws:';
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${options.token}` },
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    handshakeTimeout: CONNECT_MS,
  });
  const giveUp = (): void => socket.terminate();
  options.signal.addEventListener('abort', giveUp, { once: true });
  try {
    const connection = new Connection(socket);
    await connection.ready;
    return connection;
  } finally {
    options.signal.removeEventListener('abort', giveUp);
  }
}

class Connection implements Live {
  readonly ready: Promise<void>;
  readonly #socket: WebSocket;
  readonly #open = new Map<string, Inbox>();
  #hello: Hello | undefined;
  #refs = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    socket.on('unexpected-response', (_request, response) => {
      socket.terminate();
      reject(refusalOf(response.statusCode ?? 0));
    });
    socket.on('error', (error) => reject(lost(error)));
    socket.on('close', () => {
      reject(lost(undefined));
      for (const inbox of this.#open.values()) inbox.fail(lost(undefined));
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as NodeFrame;
      if (frame.op === 'hello') {
        this.#hello = frame;
        resolve();
      } else this.#open.get(frame.ref)?.put(frame);
    });
  }

  get hello(): Hello {
    if (this.#hello === undefined) throw new KaiError('INTERNAL', 'the node has not greeted yet');
    return this.#hello;
  }

  async *stream(request: LiveRequest, options: RequestOptions): AsyncGenerator<JsonValue, WireMessage, void> {
    const ref = String(++this.#refs);
    const inbox = new Inbox(this.#socket);
    this.#open.set(ref, inbox);
    const cancel = (): void => this.#say({ op: 'cancel', ref });
    options.signal.addEventListener('abort', cancel, { once: true });
    let isEnded = false;
    try {
      this.#say({ op: 'request', ref, message: request, timeoutMs: options.timeoutMs });
      if (options.signal.aborted) cancel();
      for (;;) {
        const frame = await inbox.next();
        if (frame.op === 'chunk') yield frame.payload;
        else {
          isEnded = true;
          if (frame.op === 'reply') return frame.message;
          if (frame.op === 'error') throw KaiError.fromPayload({ ...frame.error });
          throw new KaiError('INTERNAL', `the node answered a request with ${frame.op}`);
        }
      }
    } finally {
      options.signal.removeEventListener('abort', cancel);
      this.#open.delete(ref);
      if (!isEnded) cancel();
    }
  }

  async ask(request: LiveRequest, options: RequestOptions): Promise<WireMessage> {
    const answer = this.stream(request, options);
    for (;;) {
      const part = await answer.next();
      if (part.done === true) return part.value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once('close', () => resolve());
    this.#socket.close();
    this.#socket.resume();
    await promise;
  }

  #say(frame: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}

/** Frames of one request, in the order in which they came. */
class Inbox {
  readonly #socket: WebSocket;
  readonly #frames: NodeFrame[] = [];
  #failure: KaiError | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  put(frame: NodeFrame): void {
    this.#frames.push(frame);
    if (this.#frames.length >= FRAMES_WAITING_MAX) this.#socket.pause();
    this.#wake?.();
  }

  fail(failure: KaiError): void {
    this.#failure ??= failure;
    this.#wake?.();
  }

  async next(): Promise<NodeFrame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.#failure !== undefined) throw this.#failure;
      this.#socket.resume();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}

function refusalOf(status: number): KaiError {
  if (status === 401)
    return new KaiError('UNAUTHORIZED', 'the node does not know this token; was its data folder changed?');
  if (status === 503)
    return new KaiError('OVERLOADED', 'the node has as many connections as it takes; close a window');
  return new KaiError('UNREACHABLE', `the gateway answered ${status}; is it a kAI node?`);
}

function lost(cause: Error | undefined): KaiError {
  const why =
    cause === undefined || cause.message === '' ? 'the connection to the node was lost' : cause.message;
  return new KaiError('UNREACHABLE', why, { cause });
}

/** A member of a payload that is an object itself, or an empty one. */
export function memberObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
