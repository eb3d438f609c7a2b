/**
 * The live connection to the node: dials, reconnects, and carries requests, streams and subscriptions.
 *
 * A request ends exactly once, with a reply or an error; when the connection is lost, with an error that says
 * so. Nothing is sent again by itself after a loss: the node may have done it already. Subscriptions end with
 * the connection too; who follows something starts again in {@link Link.onOpen}.
 */

import type { ErrorPayload, JsonObject, JsonValue } from '@kai/protocol';
import { type Cell, cell } from '../state/cell.ts';
import { readFrame } from './frame.ts';
import { type LinkEffect, type LinkEvent, type LinkState, stepLink } from './link-state.ts';
import type { Hello, ServerFrame, WireMessage } from './wire.ts';

/** `trace` is the trace of the request, for Messages; empty when the node did not say. */
export type Answer<T> =
  | { readonly kind: 'reply'; readonly payload: T; readonly trace: string }
  | { readonly kind: 'error'; readonly error: ErrorPayload };

/** `C` is what the intent's chunks are: who asks says so, from docs/gateway.md. */
export interface Asking<C> {
  readonly to: string;
  readonly intent: string;
  readonly payload?: JsonValue;
  /** Milliseconds; without it the node's own limit counts (30 s). Streams that follow something have none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onChunk?: (payload: C) => void;
}

export interface Link {
  readonly state: Cell<LinkState>;
  ask<T, C = never>(asking: Asking<C>): Promise<Answer<T>>;
  /** Events of a topic until `signal` aborts or the connection ends. */
  subscribe<E>(topic: string, signal: AbortSignal, onEvent: (payload: E) => void): void;
  /** Called at each greeting; `signal` aborts when that connection is lost. */
  onOpen(follower: (hello: Hello, signal: AbortSignal) => void): void;
  retry(): void;
}

interface Open {
  readonly onChunk: (payload: never) => void;
  readonly onEvent: (payload: never) => void;
  readonly settle: (answer: Answer<never>) => void;
}

/** Frames that grow stale while nothing answers: a socket that has not greeted by then is given up. */
const GREETING_MS = 8_000;

const NOT_CONNECTED: ErrorPayload = {
  code: 'UNREACHABLE',
  message: 'kAI is not connected at the moment, so nothing was sent.',
  retryable: true,
  at: '',
};
const CONNECTION_LOST: ErrorPayload = {
  code: 'UNREACHABLE',
  message: 'The connection was lost before the answer came. It may have been done all the same.',
  retryable: true,
  at: '',
};
const TAKEN_BACK: ErrorPayload = { code: 'CANCELLED', message: 'You stopped this.', retryable: true, at: '' };

/** Dials at once. `url` is the gateway's `/api/live`. */
export function openLink(url: string): Link {
  const state = cell<LinkState>({ kind: 'connecting', attempt: 0 });
  const open = new Map<string, Open>();
  const followers: ((hello: Hello, signal: AbortSignal) => void)[] = [];
  let socket: WebSocket | undefined;
  let connection = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refs = 0;

  function take(event: LinkEvent): void {
    const next = stepLink(state.get(), event);
    state.set(next.state);
    for (const effect of next.effects) act(effect);
  }

  function act(effect: LinkEffect): void {
    switch (effect.kind) {
      case 'dial':
        return dial();
      case 'wait':
        timer = setTimeout(() => take({ kind: 'retry' }), effect.ms);
        return;
      case 'stop-waiting':
        clearTimeout(timer);
        return;
      case 'ask-whether-known':
        void isStranger().then((stranger) => stranger && take({ kind: 'refused' }));
    }
  }

  function dial(): void {
    const dialled = new WebSocket(url);
    const impatience = setTimeout(() => dialled.close(), GREETING_MS);
    socket = dialled;
    dialled.onmessage = ({ data }) => {
      const frame = readFrame(String(data));
      if (frame === undefined) return;
      clearTimeout(impatience);
      receive(frame);
    };
    dialled.onclose = () => {
      clearTimeout(impatience);
      if (socket === dialled) lose();
    };
  }

  function lose(): void {
    connection.abort();
    for (const { settle } of [...open.values()]) settle({ kind: 'error', error: CONNECTION_LOST });
    open.clear();
    take({ kind: 'lost', now: Date.now(), chance: Math.random() });
  }

  function receive(frame: ServerFrame): void {
    switch (frame.op) {
      case 'hello':
        connection = new AbortController();
        take({ kind: 'greeted', hello: frame });
        for (const follower of followers) follower(frame, connection.signal);
        return;
      case 'chunk':
        return open.get(frame.ref)?.onChunk(frame.payload as never);
      case 'event':
        return open.get(frame.ref)?.onEvent(frame.message.payload as never);
      case 'reply':
        return open.get(frame.ref)?.settle(replied(frame.message));
      case 'error':
        return open.get(frame.ref)?.settle({ kind: 'error', error: frame.error });
    }
  }

  function send(frame: JsonObject): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  function ask<T, C>({
    to,
    intent,
    payload = {},
    timeoutMs,
    signal,
    onChunk,
  }: Asking<C>): Promise<Answer<T>> {
    if (state.get().kind !== 'open') return Promise.resolve({ kind: 'error', error: NOT_CONNECTED });
    if (signal?.aborted) return Promise.resolve({ kind: 'error', error: TAKEN_BACK });
    const ref = String(++refs);
    return new Promise((resolve) => {
      const takeBack = (): void => {
        if (!open.has(ref)) return;
        send({ op: 'cancel', ref });
        settle({ kind: 'error', error: TAKEN_BACK });
      };
      const settle = (answer: Answer<T>): void => {
        open.delete(ref);
        signal?.removeEventListener('abort', takeBack);
        resolve(answer);
      };
      open.set(ref, { settle, onChunk: onChunk ?? ignore, onEvent: ignore });
      signal?.addEventListener('abort', takeBack);
      send({ op: 'request', ref, message: { to, intent, payload }, ...(timeoutMs ? { timeoutMs } : {}) });
    });
  }

  function subscribe<E>(topic: string, signal: AbortSignal, onEvent: (payload: E) => void): void {
    if (state.get().kind !== 'open' || signal.aborted) return;
    const ref = String(++refs);
    open.set(ref, { onEvent, onChunk: ignore, settle: () => open.delete(ref) });
    signal.addEventListener('abort', () => {
      if (open.delete(ref)) send({ op: 'unsubscribe', ref });
    });
    send({ op: 'subscribe', ref, topic });
  }

  addEventListener('online', () => take({ kind: 'retry' }));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') take({ kind: 'retry' });
  });
  dial();
  return {
    state,
    ask,
    subscribe,
    onOpen: (follower) => followers.push(follower),
    retry: () => take({ kind: 'retry' }),
  };
}

/**
 * Answers are typed by who asks: the contract, not this file, knows what an intent returns. A window's request carries
 * no traceparent, so its trace is its id without dashes.
 */
function replied(message: WireMessage): Answer<never> {
  return { kind: 'reply', payload: message.payload as never, trace: (message.re ?? '').replaceAll('-', '') };
}

function ignore(): void {}

/** Whether the node is there and refuses this browser. A socket's failure does not say why, so one asks by HTTP. */
async function isStranger(): Promise<boolean> {
  try {
    const answer = await fetch('/api/send', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    return answer.status === 401 || answer.status === 403;
  } catch {
    return false;
  }
}
