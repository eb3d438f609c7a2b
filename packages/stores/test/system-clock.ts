/** The system's clock, for tests that write to a real disk. */

import type { Clock } from '@kai/runtime/ports';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  yield: (run) => setImmediate(run),
};
