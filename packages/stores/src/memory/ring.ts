/** The newest records, in order of arrival, in a fixed number of places. The oldest is overwritten. */

export class Ring<T> {
  readonly #places: T[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  get size(): number {
    return this.#places.length;
  }

  push(record: T): void {
    this.#places[this.#next] = record;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** From the newest to the oldest. */
  *newestFirst(): Generator<T> {
    for (let back = 1; back <= this.#places.length; back += 1) {
      const record = this.#places[(this.#next - back + this.#capacity) % this.#capacity];
      if (record !== undefined) yield record;
    }
  }
}
