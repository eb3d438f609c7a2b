/** A clock that moves only when it is told to. */

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

  /** Is at `now` at once, as after a sleep: what fell due on the way wakes then, in order. */
  async jumpTo(now: string | number): Promise<void> {
    await settled();
    this.#now = typeof now === 'string' ? Date.parse(now) : now;
    const due = this.#sleepers
      .filter((one) => one.due <= this.#now)
      .sort((one, other) => one.due - other.due);
    this.#sleepers = this.#sleepers.filter((one) => !due.includes(one));
    for (const { wake } of due) wake();
    await settled();
  }
}

/** Lets everything that needs no time run: promises, and turns of the event loop that lead to each other. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
