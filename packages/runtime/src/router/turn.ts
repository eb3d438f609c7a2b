/**
 * A turn of the event loop, shared fairly.
 *
 * Messages are handled at once, within the call that sends them, as long as the turn has not gone on for too long; after
 * that they wait for the next turn. So a loop of calls that never leaves the promise queue cannot keep timers,
 * sockets and other agents from being served, and a chain of agents cannot exhaust the stack.
 */

import type { Clock } from '../ports/index.ts';

/** Messages handled at once in one turn. */
const MESSAGES_PER_TURN = 1024;
/** Milliseconds of one turn, looked at every {@link LOOK_EVERY} messages. */
const TURN_MS = 8;
const LOOK_EVERY = 32;
/** Handlers that call each other's agents within one another. */
const DEPTH_MAX = 64;

export class Turn {
  readonly #clock: Clock;
  #messages = 0;
  #startedAt = 0;
  #depth = 0;
  #spent = false;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one more message may be handled now; if so, follow with {@link leave}. */
  enter(): boolean {
    if (this.#spent || this.#depth >= DEPTH_MAX) return false;
    if (this.#messages === 0) this.#begin();
    this.#messages += 1;
    if (this.#messages >= MESSAGES_PER_TURN || this.#isLate()) {
      this.#spent = true;
      return false;
    }
    this.#depth += 1;
    return true;
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Runs in the next turn. */
  later(run: () => void): void {
    if (this.#messages === 0) this.#begin();
    this.#waiting.push(run);
  }

  #isLate(): boolean {
    return this.#messages % LOOK_EVERY === 0 && this.#clock.monotonic() - this.#startedAt > TURN_MS;
  }

  #begin(): void {
    this.#messages = 1;
    this.#startedAt = this.#clock.monotonic();
    this.#clock.yield(() => this.#next());
  }

  #next(): void {
    this.#messages = 0;
    this.#spent = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) run();
  }
}
