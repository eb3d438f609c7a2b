/** Counts, and how many there were lately. */

/** Whole seconds that the rate looks back. */
const SECONDS = 10;

export class Rate {
  #total = 0;
  readonly #perSecond = new Array<number>(SECONDS + 1).fill(0);
  #second = 0;

  get total(): number {
    return this.#total;
  }

  /** `now` is monotonic milliseconds. */
  count(now: number): void {
    this.#advance(Math.floor(now / 1000));
    this.#total += 1;
    const slot = this.#second % (SECONDS + 1);
    this.#perSecond[slot] = (this.#perSecond[slot] ?? 0) + 1;
  }

  /** Mean of the last ten whole seconds. */
  perSecond(now: number): number {
    this.#advance(Math.floor(now / 1000));
    const running = this.#perSecond[this.#second % (SECONDS + 1)] ?? 0;
    return (this.#perSecond.reduce((sum, count) => sum + count, 0) - running) / SECONDS;
  }

  #advance(second: number): void {
    const behind = Math.min(second - this.#second, SECONDS + 1);
    for (let step = 1; step <= behind; step += 1)
      this.#perSecond[(second - behind + step) % (SECONDS + 1)] = 0;
    if (second > this.#second) this.#second = second;
  }
}
