/**
 * A clock that goes only when it is told to: every timer fires in order, at its own time, as fast as the
 * machine can.
 */

import type { Clock, Timer } from '@kai/runtime/ports';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** 2026-01-05, a Monday, 08:00 UTC. */
const START = Date.UTC(2026, 0, 5, 8);

export class VirtualClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(start: number = START) {
    this.#wall = start;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(delayMs: number, wake: () => void): Timer {
    const pending = { at: this.#monotonic + Math.max(0, delayMs), order: this.#order++, wake };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  yield(run: () => void): void {
    setImmediate(run);
  }

  /** Timers that are set. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Sets the wall clock, as a person or NTP does; timers do not notice. */
  setWall(now: number): void {
    this.#wall = now;
  }

  /** Lets `ms` pass. What the timers cause is given the event loop between them. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settle();
    for (let next = this.#earliest(end); next !== undefined; next = this.#earliest(end)) {
      this.#move(next.at - this.#monotonic);
      this.#pending.delete(next);
      next.wake();
      await settle();
    }
    this.#move(end - this.#monotonic);
    await settle();
  }

  #move(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }

  #earliest(end: number): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.at > end) continue;
      const isSooner = earliest === undefined || pending.at < earliest.at;
      if (isSooner || (pending.at === earliest?.at && pending.order < earliest.order)) earliest = pending;
    }
    return earliest;
  }
}

/** Lets everything that is ready run: promises, and what they hand to the next turn. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
