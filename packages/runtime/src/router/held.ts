/**
 * Messages that a rule holds until a condition is met (`hold` in protocol §5).
 *
 * They are looked at again when the rules change and every second while there are any. At most
 * {@link HELD_MAX} are held; the next one is refused.
 */

import { KaiError } from '@kai/protocol';
import type { Clock, Timer } from '../ports/index.ts';
import type { Exchange } from './exchange.ts';

export const HELD_MAX = 1000;
const LOOK_EVERY_MS = 1000;

interface Waiting {
  readonly exchange: Exchange;
  /** Monotonic time at which holding ends. */
  readonly until: number;
}

export class Held {
  readonly #clock: Clock;
  readonly #resolve: (exchange: Exchange) => void;
  #waiting: Waiting[] = [];
  /** When each began to wait, so that looking again does not begin anew. */
  readonly #until = new WeakMap<Exchange, number>();
  #timer: Timer | undefined = undefined;

  constructor(clock: Clock, resolve: (exchange: Exchange) => void) {
    this.#clock = clock;
    this.#resolve = resolve;
  }

  get size(): number {
    return this.#waiting.length;
  }

  hold(exchange: Exchange, forMs: number): void {
    const until = this.#until.get(exchange) ?? this.#clock.monotonic() + forMs;
    this.#until.set(exchange, until);
    if (until <= this.#clock.monotonic())
      return exchange.fail(refusal('UNAVAILABLE', exchange, 'was held for too long'));
    if (this.#waiting.length >= HELD_MAX) this.#dropSettled();
    if (this.#waiting.length >= HELD_MAX)
      return exchange.fail(refusal('OVERLOADED', exchange, 'too many are held'));
    this.#waiting.push({ exchange, until });
    this.#timer ??= this.#clock.after(LOOK_EVERY_MS, () => this.reconsider());
  }

  /** Resolves all anew; those that a rule still holds come back. */
  reconsider(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { exchange } of waiting) if (!exchange.settled) this.#resolve(exchange);
  }

  close(reason: KaiError): void {
    this.#timer?.cancel();
    for (const { exchange } of this.#waiting) exchange.fail(reason);
    this.#waiting = [];
  }

  #dropSettled(): void {
    this.#waiting = this.#waiting.filter(({ exchange }) => !exchange.settled);
  }
}

function refusal(code: 'UNAVAILABLE' | 'OVERLOADED', { rule, message }: Exchange, why: string): KaiError {
  return new KaiError(code, `rule ${rule}: ${message.intent} to ${message.to.text} ${why}`);
}
