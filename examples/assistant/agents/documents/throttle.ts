/** Runs something at most once in an interval: at once when it may, else at the interval's end, and never after `stop`. */

import type { Clock, Timer } from 'kai';

export class Throttle {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #run: () => void;
  #last = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(clock: Clock, intervalMs: number, run: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#run = run;
  }

  call(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.#intervalMs - this.#clock.monotonic();
    if (wait <= 0) this.#now();
    else this.#timer = this.#clock.after(wait, () => this.#now());
  }

  /** Runs now, in place of what was to come. */
  flush(): void {
    this.#timer?.cancel();
    this.#now();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #now(): void {
    this.#timer = undefined;
    this.#last = this.#clock.monotonic();
    this.#run();
  }
}
