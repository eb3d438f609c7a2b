/**
 * Ends a request when its caller takes it back, when the server is silent for too long, or when nobody reads on.
 *
 * Holds one timer and one listener; disposing lets go of both and aborts {@link Watchdog.signal}, which closes a
 * connection that is still open.
 */

import { KaiError } from '@kai/protocol';
import type { Clock, Timer } from '@kai/runtime/ports';

export class Watchdog implements Disposable {
  readonly #clock: Clock;
  readonly #caller: AbortSignal;
  readonly #controller = new AbortController();
  readonly #takenBack = () => this.#controller.abort(cancelledBy(this.#caller));
  #timer: Timer | undefined;
  #heardAt = 0;
  #silenceMs = 0;
  #paused = false;

  constructor(clock: Clock, caller: AbortSignal) {
    this.#clock = clock;
    this.#caller = caller;
    if (caller.aborted) this.#takenBack();
    else caller.addEventListener('abort', this.#takenBack, { once: true });
  }

  /** Aborts with a KaiError that says why. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on at most this much silence, in milliseconds. `who` is named in the error. */
  expect(who: string, silenceMs: number): void {
    this.#timer?.cancel();
    this.#silenceMs = silenceMs;
    this.heard();
    this.#watch(who, silenceMs);
  }

  /** Something came. Cheap, because it comes with each token: the timer finds out when it wakes. */
  heard(): void {
    this.#paused = false;
    this.#heardAt = this.#clock.monotonic();
  }

  /** Until something is {@link heard} again, silence is the reader's own. */
  pause(): void {
    this.#paused = true;
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#caller.removeEventListener('abort', this.#takenBack);
    this.#controller.abort(new KaiError('CANCELLED', 'the answer was not read to its end'));
  }

  #watch(who: string, delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      const silentMs = this.#paused ? 0 : this.#clock.monotonic() - this.#heardAt;
      const leftMs = this.#silenceMs - silentMs;
      if (leftMs > 0) this.#watch(who, leftMs);
      else this.#controller.abort(silent(who, this.#silenceMs));
    });
  }
}

function silent(who: string, ms: number): KaiError {
  return new KaiError('UNAVAILABLE', `${who} has sent nothing for ${Math.round(ms / 100) / 10} s`);
}

function cancelledBy({ reason }: AbortSignal): KaiError {
  if (reason instanceof KaiError) return reason;
  return new KaiError('CANCELLED', 'the request was taken back', { cause: reason });
}
