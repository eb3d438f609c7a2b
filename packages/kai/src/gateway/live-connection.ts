/**
 * One WebSocket of the gateway: a client of the node for as long as the connection lasts.
 *
 * Requests and subscriptions end with the connection, and nothing is sent after it. Streams are read no faster than
 * the client takes them; events cannot be held back, so a client that does not read is disconnected.
 */

import { KaiError, type Message, type Priority, type Target, toWire } from '@kai/protocol';
import type { SendOptions, Subscription } from '@kai/runtime';
import type { Log } from '@kai/runtime/ports';
import type { WebSocket } from 'ws';
import { errorPayload } from './error-status.ts';
import { type ClientFrame, LIVE_PROTOCOL, type NodeFrame, parseFrame } from './frames.ts';
import type { NodeClient } from './node-client.ts';
import { REQUEST_TIMEOUT_MS } from './request-body.ts';

/** Requests that one connection may have open. */
export const REQUESTS_OPEN_MAX = 64;
/** Subscriptions that one connection may have. */
export const SUBSCRIPTIONS_MAX = 32;
/** Bytes that may wait for a client before it is disconnected. */
export const WAITING_BYTES_MAX = 8_388_608;
/** Bytes that wait before a stream pauses. */
export const PACE_BYTES = 1_048_576;
/** Frames that break the protocol before the connection is closed. */
export const BROKEN_FRAMES_MAX = 16;
/** How often a client is asked for a sign of life, in milliseconds; one silent round ends the connection. */
export const LIFE_SIGN_MS = 30_000;

/** Close codes of RFC 6455 §7.4.1. */
const CLOSE_POLICY = 1008;
const CLOSE_GOING_AWAY = 1001;

export interface ConnectionSource {
  readonly socket: WebSocket;
  readonly client: NodeClient;
  readonly node: string;
  readonly incarnation: number;
  readonly version: string;
  readonly log: Log;
}

export interface LiveConnection {
  /** Says goodbye; what is open is cancelled. */
  close(): void;
  /** Resolves once nothing of this connection runs any more. */
  readonly ended: Promise<void>;
}

export function serveConnection(source: ConnectionSource): LiveConnection {
  const connection = new Connection(source);
  return { close: () => connection.close(), ended: connection.ended };
}

class Connection {
  readonly ended: Promise<void>;
  readonly #source: ConnectionSource;
  readonly #requests = new Map<string, AbortController>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #running = new Set<Promise<void>>();
  #brokenFrames = 0;

  constructor(source: ConnectionSource) {
    this.#source = source;
    const { socket, client, node, version, incarnation } = source;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    this.ended = closed.then(() => this.#end());
    socket.on('message', (data, binary) => this.#hear(binary ? undefined : String(data)));
    socket.on('error', (error) => source.log.debug({ err: error }, 'a connection broke'));
    this.#watchLife();
    this.#say({
      op: 'hello',
      protocol: LIVE_PROTOCOL,
      node,
      client: client.address.text,
      version,
      incarnation,
    });
  }

  close(): void {
    this.#source.socket.close(CLOSE_GOING_AWAY, 'the node stops');
    for (const request of this.#requests.values()) request.abort();
  }

  async #end(): Promise<void> {
    for (const subscription of this.#subscriptions.values()) subscription.cancel();
    this.#subscriptions.clear();
    for (const request of this.#requests.values()) request.abort();
    await Promise.all(this.#running);
    this.#source.client[Symbol.dispose]();
  }

  #hear(text: string | undefined): void {
    if (this.#source.socket.readyState !== this.#source.socket.OPEN) return;
    const parsed = parseFrame(text ?? '');
    if (parsed.ok) this.#take(parsed.frame);
    else this.#refuseFrame(parsed.ref, parsed.message);
  }

  #take(frame: ClientFrame): void {
    switch (frame.op) {
      case 'request':
        this.#begin(frame);
        return;
      case 'cancel':
        this.#requests.get(frame.ref)?.abort();
        return;
      case 'subscribe':
        this.#subscribe(frame);
        return;
      case 'unsubscribe':
        this.#subscriptions.get(frame.ref)?.cancel();
        this.#subscriptions.delete(frame.ref);
        return;
    }
  }

  #begin(frame: ClientFrame & { readonly op: 'request' }): void {
    const { ref } = frame;
    if (this.#isOpen(ref)) return;
    if (this.#requests.size >= REQUESTS_OPEN_MAX) {
      return this.#refuse(
        ref,
        `a connection has at most ${REQUESTS_OPEN_MAX} requests open; wait for one to end`,
      );
    }
    const control = new AbortController();
    this.#requests.set(ref, control);
    const answered = this.#answer(frame, control.signal)
      .catch((error: unknown) => this.#fail(ref, error))
      .finally(() => {
        this.#requests.delete(ref);
        this.#running.delete(answered);
      });
    this.#running.add(answered);
  }

  async #answer(frame: ClientFrame & { readonly op: 'request' }, signal: AbortSignal): Promise<void> {
    const { ref, draft } = frame;
    const { to, intent, payload = null } = draft;
    const timeoutMs =
      frame.timeoutMs ?? (isFollowing(intent) ? Number.POSITIVE_INFINITY : REQUEST_TIMEOUT_MS);
    const answer = this.#source.client.stream(to, intent, payload, {
      ...sendOptions(draft),
      timeoutMs,
      signal,
    });
    for (;;) {
      const part = await answer.next();
      if (part.done === true) return void this.#say({ op: 'reply', ref, message: toWire(part.value) });
      await this.#say({ op: 'chunk', ref, payload: part.value });
    }
  }

  #subscribe({ ref, topic }: ClientFrame & { readonly op: 'subscribe' }): void {
    if (this.#isOpen(ref)) return;
    if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) {
      this.#refuse(ref, `a connection has at most ${SUBSCRIPTIONS_MAX} subscriptions; end one first`);
      return;
    }
    const hear = (message: Message): void => void this.#say({ op: 'event', ref, message: toWire(message) });
    this.#subscriptions.set(ref, this.#source.client.subscribe(topic, hear));
  }

  /** A `ref` that is used twice cannot be answered without confusing whoever waits for the first. */
  #isOpen(ref: string): boolean {
    if (!this.#requests.has(ref) && !this.#subscriptions.has(ref)) return false;
    this.#refuseFrame('', `ref ${JSON.stringify(ref)} is open already; choose another`);
    return true;
  }

  #refuseFrame(ref: string, message: string): void {
    this.#fail(ref, new KaiError('INVALID_MESSAGE', message));
    this.#brokenFrames += 1;
    if (this.#brokenFrames >= BROKEN_FRAMES_MAX) {
      this.#source.socket.close(CLOSE_POLICY, 'too many frames that break the protocol');
    }
  }

  #refuse(ref: string, message: string): void {
    this.#fail(ref, new KaiError('OVERLOADED', message));
  }

  #fail(ref: string, error: unknown): void {
    if (!(error instanceof KaiError))
      this.#source.log.error({ err: error }, 'a request failed in the gateway');
    void this.#say({ op: 'error', ref, error: errorPayload(error, this.#source.node) });
  }

  /** Resolves at once while little waits for the client, else when it has taken what waited. */
  #say(frame: NodeFrame): Promise<void> | undefined {
    const { socket, log } = this.#source;
    if (socket.readyState !== socket.OPEN) return undefined;
    if (socket.bufferedAmount > WAITING_BYTES_MAX) {
      log.warn({ bytes: socket.bufferedAmount }, 'a client does not read and was disconnected');
      socket.terminate();
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.send(JSON.stringify(frame), () => resolve());
    return socket.bufferedAmount > PACE_BYTES ? promise : undefined;
  }

  #watchLife(): void {
    const { socket } = this.#source;
    let alive = true;
    const beat = setInterval(() => {
      if (alive) socket.ping();
      else socket.terminate();
      alive = false;
    }, LIFE_SIGN_MS);
    socket.on('pong', () => {
      alive = true;
    });
    socket.once('close', () => clearInterval(beat));
  }
}

/** Streams that go on until nobody follows them any more. */
function isFollowing(intent: string): boolean {
  return intent.endsWith('.follow');
}

/** The draft's headers as options of a sender. */
export function sendOptions(draft: {
  readonly to: Target | string;
  readonly context?: SendOptions['context'];
  readonly priority?: Priority;
  readonly auth?: string;
  readonly id?: SendOptions['id'];
}): SendOptions {
  const { context, priority, auth, id } = draft;
  return {
    ...(context === undefined ? {} : { context }),
    ...(priority === undefined ? {} : { priority }),
    ...(auth === undefined ? {} : { auth }),
    ...(id === undefined ? {} : { id }),
  };
}
