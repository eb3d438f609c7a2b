/**
 * A turn of the event loop, shared fairly.
 *
 * Messages are handled at once, within the call that sends them, as long as the turn has not gone on for too long; after
 * that they wait for the next turn. So a loop of calls that never leaves the promise queue cannot keep timers,
 * sockets and other agents from being served, and a chain of agents cannot exhaust the stack.
 *
 * A turn knows the time, because reading a clock costs as much as the rest of a call: it is read when the turn begins and
 * every {@link LOOK_EVERY} messages.
 *
 * What waits is served in the order in which it came, and who has had its share goes to the end: an agent that is
 * flooded does not keep the others waiting.
 */

import { Queue } from '../mailbox/queue.ts';
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
  readonly #waiting = new Queue<() => void>();
  /** Whether the end of this turn is known to the clock. */
  #hasEnd = false;
  #messages = 0;
  #startedAt = 0;
  #time = 0;
  #elapsed = 0;
  #depth = 0;
  #spent = false;
  #isHeld = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wall time, as of this turn. */
  get time(): number {
    if (!this.#hasEnd) this.#begin();
    return this.#time;
  }

  /** Monotonic milliseconds, as of this turn. */
  get elapsed(): number {
    if (!this.#hasEnd) this.#begin();
    return this.#elapsed;
  }

  /** Whether one more message may be handled now; if so, follow with {@link leave}. */
  enter(): boolean {
    if (this.#spent || this.#isHeld || this.#depth >= DEPTH_MAX) return false;
    if (!this.#hasEnd) this.#begin();
    this.#messages += 1;
    // The one that uses it up is still handled: whoever is served first in a turn makes progress.
    if (this.#messages >= MESSAGES_PER_TURN || this.#isLate()) this.#spent = true;
    this.#depth += 1;
    return true;
  }

  /** Lets everything wait, until {@link release}: something that must keep up does not. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if (this.#waiting.size > 0 && !this.#hasEnd) this.#begin();
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Runs after what waits already, in a later turn. */
  later(run: () => void): void {
    if (!this.#hasEnd) this.#begin();
    this.#waiting.push(run);
  }

  /** For work in parts that is no message of its own: nothing, or when it may go on. */
  share(): Promise<void> | undefined {
    if (!this.enter()) return new Promise((resolve) => this.later(resolve));
    this.leave();
    return undefined;
  }

  #isLate(): boolean {
    if (this.#messages % LOOK_EVERY !== 0) return false;
    this.#time = this.#clock.now();
    this.#elapsed = this.#clock.monotonic();
    return this.#elapsed - this.#startedAt > TURN_MS;
  }

  #begin(): void {
    this.#hasEnd = true;
    this.#messages = 0;
    this.#spent = false;
    this.#startedAt = this.#clock.monotonic();
    this.#elapsed = this.#startedAt;
    this.#time = this.#clock.now();
    this.#clock.yield(() => this.#end());
  }

  #end(): void {
    this.#hasEnd = false;
    this.#spent = false;
    if (this.#waiting.size === 0 || this.#isHeld) return;
    this.#begin();
    while (!this.#spent && !this.#isHeld) {
      const run = this.#waiting.shift();
      if (run === undefined) return;
      run();
    }
  }
}
