/**
 * An answer that is not there yet: a promise or a stream of a handler.
 *
 * When nobody waits for it any more the handler is told through its signal; one that does not end soon after is
 * abandoned: its place is given to the next message, and its writes go nowhere.
 */

import { type JsonValue, KaiError } from '@kai/protocol';
import type { Timer } from '../ports/index.ts';
import type { Interruptible } from '../router/exchange.ts';
import type { Cell } from './cell.ts';
import type { Answered } from './definition.ts';
import { completeHandling, failHandling } from './finish-handling.ts';
import type { Handling } from './handling.ts';
import { passParts } from './pass-parts.ts';

/** How long a handler may go on after its message settled before its place is given to the next one. */
const ABANDON_AFTER_MS = 5_000;

export class PendingAnswer implements Interruptible {
  readonly #cell: Cell;
  readonly #handling: Handling;
  #isOver = false;
  #timer: Timer | undefined = undefined;

  constructor(cell: Cell, handling: Handling) {
    this.#cell = cell;
    this.#handling = handling;
  }

  follow(answer: PromiseLike<Answered> | AsyncGenerator<JsonValue, Answered>): void {
    const { exchange } = this.#handling;
    const settled =
      'then' in answer ? Promise.resolve(answer) : passParts(this.#cell, this.#handling, answer);
    settled.then(
      (value) => {
        if (this.#ends()) completeHandling(this.#cell, this.#handling, value);
      },
      (error: unknown) => {
        if (this.#ends()) failHandling(this.#cell, this.#handling, error);
      },
    );
    this.#cell.pending.add(this);
    if (exchange.settled) this.#giveTime();
    else exchange.working = this;
  }

  /** Nobody waits any more. */
  interrupt(reason: KaiError): void {
    this.#handling.interrupt(reason);
    if (!this.#isOver) this.#giveTime();
  }

  /** Gives up on it at once. */
  abandon(reason: KaiError): void {
    this.#handling.exchange.postpone(reason);
    this.#handling.interrupt(reason);
    if (!this.#isOver) this.#abandon();
  }

  #giveTime(): void {
    this.#timer = this.#cell.surroundings.clock.after(ABANDON_AFTER_MS, () => this.#abandon());
  }

  #abandon(): void {
    this.#over();
    this.#handling.end();
    const { exchange } = this.#handling;
    exchange.working = undefined;
    this.#cell.surroundings.router.accounts.concluded(exchange, abandonedError(this.#cell.address.text));
    this.#cell.abandoned(this.#handling.message);
  }

  /** Whether this end counts: the handler was not abandoned before. */
  #ends(): boolean {
    if (this.#isOver) this.#cell.returned();
    else {
      this.#over();
      return true;
    }
    return false;
  }

  #over(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#cell.pending.delete(this);
  }
}

function abandonedError(at: string): KaiError {
  return new KaiError('AGENT_FAILED', `${at} did not end its work in time`, { at });
}
