/**
 * Time, as a node sees it. Wall time and monotonic time are different methods, because wall time jumps.
 *
 * Only adapters touch the globals, so a whole mesh can run in one process on virtual time.
 */

export interface Timer {
  /** Idempotent; after it returns the callback will not be called. */
  cancel(): void;
}

export interface Clock {
  /** Wall time in milliseconds since the epoch; may jump either way. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): number;
  /** Calls `wake` once after at least `delayMs`. Longer than 2^31-1 ms is allowed. */
  after(delayMs: number, wake: () => void): Timer;
  /** Calls `run` after the work that is already waiting: where a long loop lets others have a turn. */
  yield(run: () => void): void;
}
