/**
 * Sending a dead letter's message again. The letter goes once its receiver has the message on disk or has done it; when it
 * is refused again the letter stays, with the new reason.
 *
 * The message goes durably and under its own id, so that sending it twice, or a crash in between, does it once. Trap: a
 * message that failed after it was taken is settled under its own id, for good. It goes under an id that follows from
 * its letter instead, the same for each attempt at that letter.
 */

import { decodeJson, type ErrorPayload, KaiError, type Message } from '@kai/protocol';
import { derivedId } from '../delivery/derived-id.ts';
import type { DeadLetter, Settlement } from '../ports/index.ts';
import type { Exchange } from '../router/exchange.ts';
import type { NodeView } from './node-view.ts';

/** What came of it. `before`: it had been done already, and only its letter was left. */
export type Retried =
  | { readonly kind: 'sent'; readonly id: string; readonly level: 'durable' | 'effected' | 'before' }
  | { readonly kind: 'kept'; readonly id: string; readonly error: ErrorPayload };

/**
 * Goes on when `signal` aborts; then it only rejects. @throws KaiError `CONFLICT` for the event of a topic, of which
 * nobody knows any more who could not take it.
 */
export async function retryLetter(view: NodeView, letter: DeadLetter, signal: AbortSignal): Promise<Retried> {
  const message = messageOf(letter);
  const settlement = await settlementOf(view, message);
  if (settlement?.outcome === 'replied') {
    await view.store.commit({ raised: [letter.id] });
    return { kind: 'sent', id: letter.id, level: 'before' };
  }
  const id = settlement === undefined ? message.id : derivedId(message.id, `again ${letter.at}`, 0);
  return unless(signal, sendAgain(view, letter, { ...message, id }));
}

/** As it is sent: nobody waits for an answer, and it is taken however long ago it was written. */
function messageOf({ id, message }: DeadLetter): Message {
  const read = decodeJson(message);
  if (!read.ok)
    throw new KaiError('INTERNAL', `the message of the letter ${id} cannot be read: ${read.problem.message}`);
  const { value } = read;
  if (value.to.kind === 'topic')
    throw new KaiError('CONFLICT', `${id} was published to ${value.to.text}: publish it again, or drop it`);
  return { ...value, kind: 'event', expires: 0, context: { ...value.context, delivery: 'durable' } };
}

/** How any of its possible receivers has finished it; that one did it counts before all others. */
async function settlementOf(view: NodeView, message: Message): Promise<Settlement | undefined> {
  const rule = view.table.match(message, view.circumstances);
  const receivers = view.router.receivers(message.to, rule?.action);
  const found = await Promise.all(
    receivers.map((agent) => view.store.findSettlement(agent, message.from.text, message.id)),
  );
  return found.find((one) => one?.outcome === 'replied') ?? found.find((one) => one !== undefined);
}

async function sendAgain(view: NodeView, letter: DeadLetter, message: Message): Promise<Retried> {
  const { router, store, clock } = view;
  const exchange = router.open(message, 'again');
  exchange.mayRepeat = true;
  exchange.isRepeatable = true;
  const { id } = letter;
  const ended = acknowledged(exchange, () => store.commit({ raised: [id] }));
  router.dispatch(exchange);
  const error = await ended;
  if (!(error instanceof KaiError)) return { kind: 'sent', id, level: error };
  // The router has buried it as well when it failed after it was taken: one letter of the two stays.
  const dead = { ...letter, at: clock.now(), code: error.code, reason: error.message };
  await store.commit({ raised: [id, message.id], dead: [dead] });
  return { kind: 'kept', id, error: error.toPayload() };
}

/**
 * How far it came, or why not. `raise` is called in the very moment, before anything else can happen to the message:
 * when it fails later, its new letter must not be raised with the old one.
 */
function acknowledged(
  exchange: Exchange,
  raise: () => Promise<void>,
): Promise<'durable' | 'effected' | KaiError> {
  return new Promise((resolve, reject) => {
    let isRaised = false;
    const reached = (level: 'durable' | 'effected'): void => {
      if (isRaised) return;
      isRaised = true;
      raise().then(() => resolve(level), reject);
    };
    exchange.onAck = (level) => {
      if (level === 'durable' && !exchange.settled) reached(level);
    };
    exchange.whenSettled(
      () => reached('effected'),
      (error) => resolve(error),
    );
  });
}

function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
