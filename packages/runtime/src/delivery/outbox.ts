/**
 * The outbox: messages that handlers sent durably. They are on disk before they leave, together with what their handler
 * changed, and stay there until their receiver has them on disk.
 *
 * A receiver that cannot take one now (overloaded, away) is asked again, after longer and longer waits; a message that is
 * refused for good, or for too long, becomes a dead letter.
 */

import type { KaiError, Message } from '@kai/protocol';
import type { Clock, Timer } from '../ports/index.ts';
import type { Exchange } from '../router/exchange.ts';
import type { Router } from '../router/router.ts';

/** Waits before a message is sent again, in milliseconds; after the last it is a dead letter. */
export const SEND_AGAIN_AFTER_MS: readonly number[] = [100, 500, 2_000, 10_000, 60_000, 300_000, 1_800_000];

export interface OutboxParts {
  readonly clock: Clock;
  /** An exchange for a message that stands in the outbox; `again`: it may have arrived before. */
  readonly open: (message: Message, again: boolean) => Exchange;
  readonly dispatch: (exchange: Exchange) => void;
  /** It is refused for good. */
  readonly bury: (exchange: Exchange, error: KaiError) => void;
}

/** The outbox of a node. */
export function nodeOutbox(router: Router, clock: Clock): Outbox {
  return new Outbox({
    clock,
    open: (message, again) => {
      const exchange = router.open(message, 'outbox');
      exchange.fromOutbox = true;
      exchange.isRepeatable = true;
      exchange.mayRepeat = again;
      return exchange;
    },
    dispatch: (exchange) => router.dispatch(exchange),
    bury: (exchange, error) => router.accounts.giveUp(exchange, error),
  });
}

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #waiting = new Set<Timer>();
  #isClosed = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Sends a message that is on disk. `again`: it was on its way before a crash. */
  send(message: Message, again: boolean): void {
    this.#try(message, again, 0);
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#waiting) timer.cancel();
    this.#waiting.clear();
  }

  #try(message: Message, again: boolean, attempts: number): void {
    if (this.#isClosed) return;
    const exchange = this.#parts.open(message, again || attempts > 0);
    exchange.whenSettled(
      () => {},
      (error) => this.#failed(exchange, error, attempts),
    );
    this.#parts.dispatch(exchange);
  }

  #failed(exchange: Exchange, error: KaiError, attempts: number): void {
    const wait = SEND_AGAIN_AFTER_MS[attempts];
    // Once it stands in the receiver's inbox the receiver answers for it.
    if (this.#isClosed || exchange.isKept) return;
    if (!error.retryable || wait === undefined) return this.#parts.bury(exchange, error);
    const timer = this.#parts.clock.after(wait, () => {
      this.#waiting.delete(timer);
      this.#try(exchange.message, true, attempts + 1);
    });
    this.#waiting.add(timer);
  }
}
