/**
 * Deadlines of the exchanges under way.
 *
 * Nearly all requests have one of a few time-outs, and those of one time-out expire in the order in which they came: so
 * each time-out has a list, and setting or clearing a deadline costs a link. One timer serves all lists. A node with
 * more than {@link LISTS_MAX} different time-outs at once gives the others a timer each.
 *
 * Kept in monotonic time: a wall clock that is set neither ends an exchange early nor leaves it waiting.
 */

import { KaiError } from '@kai/protocol';
import type { Clock, Timer } from '../ports/index.ts';
import type { Exchange } from './exchange.ts';

/** Different time-outs that have a list. */
const LISTS_MAX = 32;

/** Stands for the list of an exchange that has a timer of its own. */
const ALONE = {};

class DeadlineList {
  first: Exchange | undefined = undefined;
  last: Exchange | undefined = undefined;

  append(exchange: Exchange): void {
    exchange.list = this;
    exchange.previous = this.last;
    if (this.last === undefined) this.first = exchange;
    else this.last.next = exchange;
    this.last = exchange;
  }

  unlink(exchange: Exchange): void {
    const { previous, next } = exchange;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    exchange.list = undefined;
    exchange.previous = undefined;
    exchange.next = undefined;
  }
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #lists = new Map<number, DeadlineList>();
  readonly #single = new Map<Exchange, Timer>();
  #timer: Timer | undefined = undefined;
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `timeoutMs` is what is left until the message expires; infinite for one that never does. */
  add(exchange: Exchange, timeoutMs: number): void {
    exchange.deadline = this.#clock.monotonic() + timeoutMs;
    const list = this.#listFor(timeoutMs);
    if (list === undefined) {
      exchange.list = ALONE;
      this.#single.set(
        exchange,
        this.#clock.after(timeoutMs, () => expire(exchange)),
      );
      return;
    }
    list.append(exchange);
    if (exchange.deadline < this.#wakeAt) this.#arm(exchange.deadline);
  }

  remove(exchange: Exchange): void {
    if (exchange.list instanceof DeadlineList) {
      exchange.list.unlink(exchange);
      return;
    }
    exchange.list = undefined;
    this.#single.get(exchange)?.cancel();
    this.#single.delete(exchange);
  }

  /** Fails everything that is under way. */
  close(reason: KaiError): void {
    this.#timer?.cancel();
    this.#wakeAt = Number.NEGATIVE_INFINITY;
    for (const exchange of [...this.#single.keys()]) exchange.abandon(reason);
    for (const list of this.#lists.values()) {
      while (list.first !== undefined) list.first.abandon(reason);
    }
  }

  #listFor(timeoutMs: number): DeadlineList | undefined {
    const known = this.#lists.get(timeoutMs);
    if (known !== undefined) return known;
    if (this.#lists.size >= LISTS_MAX) this.#dropEmptyLists();
    if (this.#lists.size >= LISTS_MAX) return undefined;
    const list = new DeadlineList();
    this.#lists.set(timeoutMs, list);
    return list;
  }

  #dropEmptyLists(): void {
    for (const [timeoutMs, list] of this.#lists) if (list.first === undefined) this.#lists.delete(timeoutMs);
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    this.#wakeAt = at;
    this.#timer = this.#clock.after(Math.max(0, at - this.#clock.monotonic()), () => this.#sweep());
  }

  #sweep(): void {
    this.#wakeAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonic();
    for (const list of this.#lists.values()) {
      while (list.first !== undefined && list.first.deadline <= now) expire(list.first);
    }
    let earliest = Number.POSITIVE_INFINITY;
    for (const list of this.#lists.values()) earliest = Math.min(earliest, list.first?.deadline ?? earliest);
    // What an expiry set off may have armed it already.
    if (earliest < this.#wakeAt) this.#arm(earliest);
  }
}

/** Whether the time of an exchange is over: also when the thread was held and its timer has not fired yet. */
export function isOverdue(exchange: Exchange, clock: Clock): boolean {
  return exchange.list !== undefined && exchange.deadline <= clock.monotonic();
}

/** Settling takes the exchange out of its list, through the router. */
export function expire(exchange: Exchange): void {
  const { to, intent } = exchange.message;
  exchange.abandon(
    new KaiError('EXPIRED', `no answer to ${intent} came in time from ${to.text}`, { at: to.text }),
  );
}
