/** Gathers what is read into large writes; the next batch is gathered while the one before is being written. */

import type { SourceEntry } from 'kai';

/** Files, and characters of passages, that are written together. */
export const BATCH_FILES = 64;
export const BATCH_CHARS = 1_000_000;

export class Batch {
  readonly #write: (entries: readonly SourceEntry[]) => Promise<void>;
  #entries: SourceEntry[] = [];
  #chars = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(write: (entries: readonly SourceEntry[]) => Promise<void>) {
    this.#write = write;
  }

  /** Waits only for a batch before this one. @throws what writing that one threw. */
  async add(entry: SourceEntry): Promise<void> {
    this.#entries.push(entry);
    for (const { text } of entry.passages) this.#chars += text.length;
    if (this.#entries.length >= BATCH_FILES || this.#chars >= BATCH_CHARS) await this.#turn();
  }

  /** Writes what is left, and waits for it. */
  async flush(): Promise<void> {
    await this.#turn();
    await this.#writing;
  }

  /** Resolves when nothing is being written, however that ended. */
  async quiet(): Promise<void> {
    await this.#writing.catch(() => {});
  }

  async #turn(): Promise<void> {
    await this.#writing;
    const entries = this.#entries;
    this.#entries = [];
    this.#chars = 0;
    if (entries.length === 0) return;
    this.#writing = this.#write(entries);
    // A failure is met at the next turn; until then it must not count as unhandled.
    this.#writing.catch(() => {});
  }
}
