/** A first-in-first-out queue on an array: constant time at both ends, and nothing held once taken. */

export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    this.#compact();
    return item;
  }

  /** From the eldest to the youngest. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const item of this.#items.slice(this.#head)) if (item !== undefined) yield item;
  }

  /** Takes the youngest. */
  pop(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    return this.#items.pop();
  }

  /** Keeps what passes; returns how many went. */
  retain(passes: (item: T) => boolean): number {
    const before = this.size;
    this.#items = this.#items.slice(this.#head).filter((item) => item !== undefined && passes(item));
    this.#head = 0;
    return before - this.size;
  }

  #compact(): void {
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
