/**
 * Durable delivery: what was acknowledged is handled, and its effect happens once (protocol §2).
 *
 * A durable message is written to its receiver's inbox unless its handler has ended by then; what the handler changed,
 * what it sends durably, and the record of how the message was answered are one commit, which takes it out of the inbox. After
 * a crash the inbox is handled again. A message that comes twice is answered from the record.
 */

import { type JsonValue, KaiError, type Message } from '@kai/protocol';
import type { Clock, Commit, Log, Settlement, Store } from '../ports/index.ts';
import type { Exchange } from '../router/exchange.ts';
import { answerOf, failedWith, inboxRecord, repliedWith } from './records.ts';
import { UnderWay } from './under-way.ts';

export interface DeliveryParts {
  /** The node's address, as text: under it stands the outbox. */
  readonly node: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Log;
}

/** What a message that comes again is answered with. */
export type Recalled =
  | { readonly kind: 'new' }
  | { readonly kind: 'joined' }
  | { readonly kind: 'answered'; readonly answer: JsonValue | KaiError };

export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #underWay = new UnderWay();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Writes a message that is not done yet to its receiver's inbox. */
  accept(exchange: Exchange): void {
    if (exchange.settled || exchange.isCompleted || exchange.isKept || exchange.timer !== undefined) return;
    exchange.isKept = true;
    const { taker, message } = exchange;
    const commit = { accepted: [inboxRecord(taker, message)], settled: this.#outboxDone(exchange) };
    this.#parts.store.commit(commit).then(
      () => exchange.onAck?.('durable'),
      (error: unknown) => {
        exchange.isKept = false;
        exchange.abandon(unkept(error, taker));
      },
    );
  }

  /** Whether a message was handled before, or is being handled now. */
  async recall(exchange: Exchange): Promise<Recalled> {
    const { taker, message } = exchange;
    if (this.#underWay.joins(taker, exchange)) return { kind: 'joined' };
    const found = await this.#parts.store.findSettlement(taker, message.from.text, message.id);
    return found === undefined ? { kind: 'new' } : { kind: 'answered', answer: answerOf(found) };
  }

  /** Whether what is answered now must be remembered, for when the message comes again. */
  static isRecorded({ isKept, isRepeatable }: Exchange): boolean {
    return isKept || isRepeatable;
  }

  /**
   * A message from before a crash is under way again: one that comes with its id waits for its answer. When such a one has come
   * already, this one waits for that, and goes on `alone` should it fail.
   */
  resumes(exchange: Exchange, alone: () => void): boolean {
    exchange.mayRepeat = true;
    return !this.#underWay.joins(exchange.taker, exchange, alone);
  }

  /** What a message's good end adds to the commit of what it changed. */
  settledWith(exchange: Exchange, payload: JsonValue): readonly Settlement[] {
    const { taker, message, isKept } = exchange;
    const done = isKept ? [] : this.#outboxDone(exchange);
    if (!Delivery.isRecorded(exchange)) return done;
    return [repliedWith(taker, message, this.#parts.clock.now(), payload), ...done];
  }

  /** What a message's failure leaves on disk; nothing while it stays in the inbox for the next start. */
  failure(exchange: Exchange, error: KaiError): Commit {
    if (exchange.isPostponed) return {};
    const { taker, message, isKept } = exchange;
    const done = isKept ? [] : this.#outboxDone(exchange);
    const own = isKept ? [failedWith(taker, message, this.#parts.clock.now(), error)] : [];
    return { settled: [...own, ...done] };
  }

  replied(exchange: Exchange, reply: Message): void {
    if (exchange.mayRepeat) this.#underWay.replied(exchange.taker, exchange.message, reply);
  }

  failed(exchange: Exchange, error: KaiError): void {
    if (exchange.mayRepeat) this.#underWay.failed(exchange.taker, exchange.message, error);
  }

  /** The record that takes a message out of the outbox. */
  #outboxDone({ fromOutbox, message }: Exchange): readonly Settlement[] {
    return fromOutbox ? [repliedWith(this.#parts.node, message, this.#parts.clock.now(), null)] : [];
  }
}

function unkept(error: unknown, at: string): KaiError {
  if (error instanceof KaiError) return error;
  return new KaiError('UNAVAILABLE', `the message could not be kept: ${String(error)}`, { at, cause: error });
}
