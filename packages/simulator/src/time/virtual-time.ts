/**
 * The time of a simulated world: it stands still while code runs, and jumps from event to event.
 *
 * Between two events every promise that can go on does go on: the loop steps through `process.nextTick`, which Node
 * runs only once the promise queue is empty. That is exact (no number of turns is guessed) and costs a sixth of a
 * microsecond.
 *
 * Trap: nothing here waits for the real world. An agent that awaits a file, a socket or a real timer stands still for
 * the whole run.
 */

import { type Event, EventQueue } from './event-queue.ts';

/** Events that one run may take, so that a loop without waiting ends. */
export const EVENTS_MAX = 20_000_000;

export class VirtualTime {
  /** Milliseconds since the world began; not a whole number. */
  now = 0;
  /** Events that have happened. */
  events = 0;
  readonly #queue = new EventQueue();

  /** Runs `run` after `delayMs`; after what was asked for before, when that is for the same time. */
  after(delayMs: number, run: () => void): Event {
    return this.#queue.push(this.now + Math.max(0, delayMs), run);
  }

  /**
   * Lets time pass until `isDone`, or until `limitMs` after the world began. Resolves with all promises drained.
   *
   * @throws what an event threw, and an Error after {@link EVENTS_MAX} events.
   */
  run(isDone: () => boolean, limitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (isDone() || !this.#happen(limitMs)) return resolve();
        } catch (error) {
          return reject(error);
        }
        queueMicrotask(next);
      };
      // The promises are drained after this has been queued and before it runs.
      const next = (): void => process.nextTick(step);
      next();
    });
  }

  /** The next event; false when there is none within the limit. */
  #happen(limitMs: number): boolean {
    let event = this.#queue.peek();
    while (event !== undefined && event.run === undefined) {
      this.#queue.pop();
      event = this.#queue.peek();
    }
    if (event === undefined || event.at > limitMs) {
      // Nothing can happen before the limit any more.
      this.now = Math.max(this.now, limitMs);
      return false;
    }
    this.#queue.pop();
    this.now = event.at;
    this.events += 1;
    if (this.events > EVENTS_MAX) throw new Error(`no end after ${EVENTS_MAX} events`);
    event.run?.();
    return true;
  }
}

/** Idempotent. */
export function cancel(event: Event): void {
  event.run = undefined;
}
