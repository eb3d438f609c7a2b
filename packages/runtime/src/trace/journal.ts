/**
 * The journal on its way to disk: entries gather while a write is under way, and travel together in the next.
 *
 * When the disk is slower than the messages for too long, the node takes fewer messages at a time: it waits, rather
 * than lose entries. A write that the disk refuses loses its entries, and the log says so.
 */

import type { JournalEntry, Log, Store } from '../ports/index.ts';
import type { Turn } from '../router/turn.ts';

/** Entries that wait before the node is held up, and at which it goes on. */
const HOLD_AT = 16_384;
const GO_ON_AT = 4_096;
/** Entries of one write. */
const TOGETHER_MAX = 8_192;

export class Journal {
  readonly #store: Store;
  readonly #log: Log;
  readonly #turn: Turn;
  #waiting: JournalEntry[] = [];
  #writing: Promise<void> | undefined = undefined;

  constructor(store: Store, log: Log, turn: Turn) {
    this.#store = store;
    this.#log = log;
    this.#turn = turn;
  }

  write(entry: JournalEntry): void {
    this.#waiting.push(entry);
    this.#writing ??= this.#write();
    if (this.#waiting.length >= HOLD_AT) this.#turn.hold();
  }

  /** Resolves once everything is on disk, or refused. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // What is written within the same turn travels together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const together = this.#waiting;
      this.#waiting = together.length > TOGETHER_MAX ? together.splice(TOGETHER_MAX) : [];
      try {
        await this.#store.commit({ journal: together });
      } catch (error) {
        this.#log.error({ lost: together.length, error: String(error) }, 'the journal could not be written');
      }
      if (this.#waiting.length <= GO_ON_AT) this.#turn.release();
    }
    this.#writing = undefined;
  }
}
