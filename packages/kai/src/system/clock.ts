/**
 * The system's clock behind the {@link Clock} port: the only place of the product that asks the globals for time.
 *
 * Trap: Node's timers hold at most 2^31-1 ms (24.8 days) and fire at once beyond it; longer waits go in hops.
 */

import type { Clock, Timer } from '@kai/runtime/ports';

/** The longest delay that one `setTimeout` holds, in milliseconds. */
const HOP_MS_MAX = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, wake) => hop(performance.now() + delayMs, wake),
  yield: (run) => void setImmediate(run),
};

function hop(due: number, wake: () => void): Timer {
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const leftMs = due - performance.now();
    // Node cuts delays down to whole milliseconds, which would wake a little too early.
    timer = setTimeout(
      leftMs > HOP_MS_MAX ? wait : wake,
      Math.min(HOP_MS_MAX, Math.ceil(Math.max(0, leftMs))),
    );
  };
  wait();
  return { cancel: () => clearTimeout(timer) };
}
