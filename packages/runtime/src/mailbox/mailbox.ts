/**
 * A bounded mailbox with priorities: `critical` is served first, and refused last.
 *
 * Within a priority it is first in, first out. When it is full, a newcomer takes the place of the youngest of the
 * lowest priority below its own; without one it is refused itself. Low priorities may wait for as long as higher
 * ones keep coming: their deadline is what ends that.
 */

import type { Priority } from '@kai/protocol';
import { Queue } from './queue.ts';

const RANK: Readonly<Record<Priority, number>> = { critical: 0, high: 1, normal: 2, low: 3 };
const LOWEST = 3;

export interface Mailed {
  readonly message: { readonly priority: Priority };
  /** Nobody waits for it any more: answered, cancelled or expired. */
  readonly settled: boolean;
}

export type Offered<T> =
  | { readonly kind: 'kept' }
  /** The newcomer found no place. */
  | { readonly kind: 'refused' }
  /** The newcomer is in; this one had to go. */
  | { readonly kind: 'evicted'; readonly evicted: T };

const KEPT = { kind: 'kept' } as const;
const REFUSED = { kind: 'refused' } as const;

export class Mailbox<T extends Mailed> {
  readonly capacity: number;
  readonly #queues: (Queue<T> | undefined)[] = [undefined, undefined, undefined, undefined];
  #size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  offer(item: T): Offered<T> {
    const rank = RANK[item.message.priority];
    if (this.#size >= this.capacity) this.#dropSettled();
    if (this.#size < this.capacity) {
      this.#push(rank, item);
      return KEPT;
    }
    const evicted = this.#evictBelow(rank);
    if (evicted === undefined) return REFUSED;
    this.#push(rank, item);
    return { kind: 'evicted', evicted };
  }

  /** The next one that somebody still waits for. */
  take(): T | undefined {
    for (const queue of this.#queues) {
      for (let item = queue?.shift(); item !== undefined; item = queue?.shift()) {
        this.#size -= 1;
        if (!item.settled) return item;
      }
    }
    return undefined;
  }

  /** Those that somebody still waits for, as they would be taken. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const queue of this.#queues) {
      for (const item of queue ?? []) if (!item.settled) yield item;
    }
  }

  #push(rank: number, item: T): void {
    const queue = this.#queues[rank] ?? new Queue<T>();
    this.#queues[rank] = queue;
    queue.push(item);
    this.#size += 1;
  }

  #evictBelow(rank: number): T | undefined {
    for (let lower = LOWEST; lower > rank; lower -= 1) {
      const evicted = this.#queues[lower]?.pop();
      if (evicted !== undefined) {
        this.#size -= 1;
        return evicted;
      }
    }
    return undefined;
  }

  #dropSettled(): void {
    for (const queue of this.#queues) {
      if (queue !== undefined) this.#size -= queue.retain((item) => !item.settled);
    }
  }
}
