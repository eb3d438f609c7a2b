/** A client on the gateway's WebSocket, as far as a measurement needs one: requests, one after the other. */

import { once } from 'node:events';
import type { JsonObject } from 'kai';
import type { RunningKai } from './kai-process.ts';

export interface LiveClient extends Disposable {
  /** Resolves to the reply's payload. @throws Error when an error comes in its place, or nothing in time. */
  request(to: string, intent: string, payload: JsonObject): Promise<JsonObject>;
}

interface Frame {
  readonly op: string;
  readonly ref?: string;
  readonly message?: { readonly payload: JsonObject };
  readonly error?: { readonly code: string; readonly message: string };
}

/** How long one answer may take, in milliseconds. */
const PATIENCE_MS = 10_000;

export async function connect({ live, token }: RunningKai): Promise<LiveClient> {
  const socket = new WebSocket(live, { headers: { authorization: `Bearer ${token}` } });
  await once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
  let lastRef = 0;
  return {
    async request(to, intent, payload) {
      const ref = String(++lastRef);
      const reply = endOf(socket, ref);
      socket.send(JSON.stringify({ op: 'request', ref, message: { to, intent, payload } }));
      return reply;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

function endOf(socket: WebSocket, ref: string): Promise<JsonObject> {
  const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
  const late = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  const hear = ({ data }: MessageEvent): void => {
    const frame = JSON.parse(String(data)) as Frame;
    if (frame.ref !== ref || frame.op === 'chunk') return;
    if (frame.message !== undefined) resolve(frame.message.payload);
    else reject(new Error(`${frame.error?.code}: ${frame.error?.message}`));
  };
  socket.addEventListener('message', hear);
  return promise.finally(() => {
    clearTimeout(late);
    socket.removeEventListener('message', hear);
  });
}
