/**
 * One point between an agent's messages: what has begun ends and is on disk, what arrives waits, and nothing is lost.
 *
 * One such point at a time for each agent; a second one waits for the first. An agent that does not come to rest in
 * time goes on, and the point is refused: so is one that an agent asks for while it handles a message itself. An agent
 * that was given up is at rest.
 */

import { KaiError } from '@kai/protocol';
import type { Cell } from '../agents/cell.ts';

/** How long an agent has to come to rest. */
export const STILL_MS = 10_000;

/** Lets the agent go on before the work is over. */
type GoOn = () => void;

export class Stillness {
  readonly #last = new WeakMap<Cell, Promise<void>>();

  /**
   * Runs `work` with the agent at rest. `signal`: nobody waits for it any more. A message of the agent's own that asks for
   * this must be counted as a control, or it waits for itself.
   *
   * @throws KaiError `UNAVAILABLE` when the agent does not come to rest in {@link STILL_MS}, or leaves.
   */
  async between<T>(cell: Cell, signal: AbortSignal, work: (goOn: GoOn) => Promise<T>): Promise<T> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const before = this.#last.get(cell) ?? Promise.resolve();
    this.#last.set(
      cell,
      before.then(() => ended),
    );
    const point = new Point(cell, before);
    try {
      await within(cell, signal, () => point.come());
      return await work(() => point.leave());
    } finally {
      point.leave();
      end();
    }
  }
}

class Point {
  readonly #cell: Cell;
  readonly #before: Promise<void>;
  #isOver = false;
  #holds = false;

  constructor(cell: Cell, before: Promise<void>) {
    this.#cell = cell;
    this.#before = before;
  }

  async come(): Promise<void> {
    await this.#before;
    if (!this.#isOver) await this.#cell.ready();
    // Its time may be over by now, and the agent another's to hold.
    if (this.#isOver) return;
    this.#cell.holdBack();
    this.#holds = true;
    await this.#cell.still();
    const { phase, address } = this.#cell;
    if (phase === 'still' || phase === 'failed') return;
    throw new KaiError('UNAVAILABLE', `${address.text} is ${phase}; try again`, { at: address.text });
  }

  leave(): void {
    this.#isOver = true;
    if (this.#holds) this.#cell.goOn();
    this.#holds = false;
  }
}

/** @throws KaiError when the time is over, or the signal aborts first. */
function within(cell: Cell, signal: AbortSignal, rest: () => Promise<void>): Promise<void> {
  const at = cell.address.text;
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      timer.cancel();
      signal.removeEventListener('abort', cancel);
      settle();
    };
    const cancel = (): void => end(() => reject(signal.reason));
    const text = `${at} did not come to rest within ${STILL_MS / 1000} seconds; it went on as before`;
    const late = new KaiError('UNAVAILABLE', text, { at });
    const timer = cell.surroundings.clock.after(STILL_MS, () => end(() => reject(late)));
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) return cancel();
    rest().then(
      () => end(resolve),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
