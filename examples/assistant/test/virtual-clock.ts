/** A clock that moves only when it is told to, and wakes in order what falls due on the way. */

import type { Clock, Timer } from 'kai';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  readonly #start: number;
  #sleepers: Sleeper[] = [];

  constructor(now: string) {
    this.#now = Date.parse(now);
    this.#start = this.#now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  after(delayMs: number, wake: () => void): Timer {
    const sleeper = { due: this.#now + Math.max(0, delayMs), wake };
    this.#sleepers.push(sleeper);
    return {
      cancel: () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
      },
    };
  }

  yield(run: () => void): void {
    setImmediate(run);
  }

  /** Moves on to `until`, waking sleepers in order and letting what they start settle. */
  async moveTo(until: string): Promise<void> {
    const end = Date.parse(until);
    for (;;) {
      await settled();
      const next = this.#sleepers
        .filter(({ due }) => due <= end)
        .sort((one, other) => one.due - other.due)[0];
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.due);
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      next.wake();
    }
    this.#now = end;
    await settled();
  }
}

/** Lets everything that needs no time run: promises, and turns of the event loop that lead to each other. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
