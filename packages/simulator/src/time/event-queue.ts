/**
 * Events in the order of their time; of one time, in the order in which they were put in. A binary heap, so that the
 * order is exact and never depends on how many there are. A cancelled event stays until its time and does nothing.
 */

export interface Event {
  readonly at: number;
  readonly order: number;
  /** Nothing once it is cancelled. */
  run: (() => void) | undefined;
}

export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(at: number, run: () => void): Event {
    const event: Event = { at, order: this.#order, run };
    this.#order += 1;
    this.#rise(event);
    return event;
  }

  peek(): Event | undefined {
    return this.#heap[0];
  }

  pop(): Event | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #rise(event: Event): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Event;
      if (!isBefore(event, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = event;
  }

  #sink(event: Event): void {
    const heap = this.#heap;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Event)) child += 1;
      const sooner = heap[child] as Event;
      if (!isBefore(sooner, event)) break;
      heap[place] = sooner;
      place = child;
    }
    heap[place] = event;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
