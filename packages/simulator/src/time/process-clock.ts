/**
 * The clock of one simulated process. It shows the world's time while the process lives; after that nothing it
 * promised ever happens.
 */

import type { Clock, Timer } from '@kai/runtime/ports';
import { cancel, type VirtualTime } from './virtual-time.ts';

/** 2026-01-05, a Monday, 08:00 UTC: when every world begins. */
export const WORLD_BEGINS = Date.UTC(2026, 0, 5, 8);

/** What runs what a timer wakes: checks that the process lives and catches what it throws. */
export type Guard = (run: () => void) => void;

export class ProcessClock implements Clock {
  readonly #time: VirtualTime;
  readonly #guard: Guard;
  readonly #startedAt: number;

  constructor(time: VirtualTime, guard: Guard) {
    this.#time = time;
    this.#guard = guard;
    this.#startedAt = time.now;
  }

  now(): number {
    return WORLD_BEGINS + Math.floor(this.#time.now);
  }

  monotonic(): number {
    return this.#time.now - this.#startedAt;
  }

  after(delayMs: number, wake: () => void): Timer {
    // A process may wait for ever, which is no time of the queue.
    if (!Number.isFinite(delayMs)) return { cancel() {} };
    const event = this.#time.after(delayMs, () => this.#guard(wake));
    return { cancel: () => cancel(event) };
  }

  yield(run: () => void): void {
    this.#time.after(0, () => this.#guard(run));
  }
}
