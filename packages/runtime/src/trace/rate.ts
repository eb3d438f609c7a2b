/** Counts, and how many there were lately: between the last two looks at it, at least {@link APART_MS} apart. */

const APART_MS = 1000;

export class Rate {
  total = 0;
  #seen = 0;
  #seenAt = 0;
  #perSecond = 0;

  /** A second, lately. `now` is monotonic milliseconds. */
  perSecond(now: number): number {
    if (now - this.#seenAt >= APART_MS) this.#look(now);
    return this.#perSecond;
  }

  #look(now: number): void {
    this.#perSecond = ((this.total - this.#seen) / (now - this.#seenAt)) * 1000;
    this.#seen = this.total;
    this.#seenAt = now;
  }
}
