/**
 * Asking through the router, as agents and clients do it: for the reply, or for the parts of a streamed one.
 */

import { type Address, type JsonValue, KaiError, type Message, type Target } from '@kai/protocol';
import { ChunkQueue } from '../agents/chunk-queue.ts';
import type { CallOptions } from '../agents/context.ts';
import type { Exchange } from './exchange.ts';
import type { Router } from './router.ts';

/** The reply. Rejects with a `KaiError`; never throws. */
export function ask(
  router: Router,
  from: Address,
  to: Target | string,
  intent: string,
  payload: JsonValue,
  options: CallOptions | undefined,
  cause: Exchange | undefined,
): Promise<Message> {
  try {
    const exchange = router.admit(from, to, intent, payload, options, cause);
    if (options?.signal !== undefined) return askUntil(options.signal, router, exchange);
    router.dispatch(exchange);
    return exchange.answer();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** As {@link ask}, for the reply's payload alone: no promise stands between it and the one who asks. */
export function askForPayload(
  router: Router,
  from: Address,
  to: Target | string,
  intent: string,
  payload: JsonValue,
  options: CallOptions | undefined,
  cause: Exchange | undefined,
): Promise<JsonValue> {
  try {
    const exchange = router.admit(from, to, intent, payload, options, cause);
    if (options?.signal !== undefined) return askUntil(options.signal, router, exchange).then(payloadOf);
    exchange.wantsPayload = true;
    router.dispatch(exchange);
    return exchange.payload();
  } catch (error) {
    return Promise.reject(error);
  }
}

function askUntil(signal: AbortSignal, router: Router, exchange: Exchange): Promise<Message> {
  const answer = exchange.answer();
  const forget = cancelOn(signal, exchange);
  if (!exchange.settled) router.dispatch(exchange);
  answer.then(forget, forget);
  return answer;
}

/** The request is sent when the first part is asked for. */
export async function* askForParts(
  router: Router,
  from: Address,
  to: Target | string,
  intent: string,
  payload: JsonValue,
  options: CallOptions | undefined,
  cause: Exchange | undefined,
): AsyncGenerator<JsonValue, Message, void> {
  const exchange = router.admit(from, to, intent, payload, options, cause);
  const queue = new ChunkQueue(exchange);
  const forget = options?.signal === undefined ? undefined : cancelOn(options.signal, exchange);
  if (!exchange.settled) router.dispatch(exchange);
  try {
    return yield* queue.read();
  } finally {
    forget?.();
  }
}

function payloadOf(reply: Message): JsonValue {
  return reply.payload;
}

function cancelOn(signal: AbortSignal, exchange: Exchange): () => void {
  const cancel = (): void => exchange.abandon(new KaiError('CANCELLED', 'the sender took the request back'));
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}
