/**
 * Full-text indexes in one SQLite file (FTS5), owned by a thread of its own. A put is written in small parts and
 * becomes visible as a whole; searches run between the parts. The newest put may be lost with power; a damaged
 * file is set aside and begun anew, because everything in it can be read from the sources again.
 */

import { KaiError } from '@kai/protocol';
import type { Hit, Log, SearchOptions, SourceEntry, TextIndex, TextIndexes } from '@kai/runtime/ports';
import { NAME_CHARS_MAX } from '../records/limits.ts';
import { boundedHits } from '../words/hits.ts';
import { checkedEntries } from '../words/passages.ts';
import { QUERY_CHARS_MAX } from '../words/words.ts';
import type { IndexCalls } from './index-worker.ts';
import { sourceParts } from './source-parts.ts';
import { WorkerCalls } from './worker-calls.ts';

/** Changes of one index that wait for those before them. */
const CHANGES_WAITING_MAX = 1_000;

export interface SqliteIndexesOptions {
  /** The index file; created with its folder when absent, readable by this user only. */
  readonly path: string;
  readonly log: Log;
}

/**
 * Opens or creates the indexes of a node.
 *
 * @throws KaiError `CONFLICT` when another process has the file open or it is another program's, `UNAVAILABLE`
 * when the disk refuses.
 */
export async function openSqliteIndexes({ path, log }: SqliteIndexesOptions): Promise<TextIndexes> {
  const script = new URL('./index-worker.ts', import.meta.url);
  const thread = new WorkerCalls<IndexCalls>(script, path, log);
  try {
    await thread.call('open');
    return new SqliteIndexes(thread, log);
  } catch (error) {
    await thread.end();
    throw error;
  }
}

class SqliteIndexes implements TextIndexes {
  readonly #thread: WorkerCalls<IndexCalls>;
  readonly #log: Log;
  readonly #byName = new Map<string, SqliteIndex>();
  #closing: Promise<void> | undefined;

  constructor(thread: WorkerCalls<IndexCalls>, log: Log) {
    this.#thread = thread;
    this.#log = log;
  }

  async open(name: string): Promise<TextIndex> {
    if (this.#closing !== undefined) throw closed();
    if (name.length > NAME_CHARS_MAX || !name.isWellFormed()) {
      throw new KaiError('INVALID_PAYLOAD', `an index has a name of at most ${NAME_CHARS_MAX} characters`);
    }
    const index = this.#byName.get(name) ?? new SqliteIndex(this.#thread, name, this.#log);
    this.#byName.set(name, index);
    return index;
  }

  /** Finishes the changes that were accepted, then closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((index) => index.close()));
    await this.#thread.end();
  }
}

class SqliteIndex implements TextIndex {
  readonly #thread: WorkerCalls<IndexCalls>;
  readonly #name: string;
  readonly #log: Log;
  /** The last change: the next one begins after it. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(thread: WorkerCalls<IndexCalls>, name: string, log: Log) {
    this.#thread = thread;
    this.#name = name;
    this.#log = log;
  }

  async put(entries: readonly SourceEntry[]): Promise<void> {
    const checked = checkedEntries(entries);
    await this.#inOrder(async () => {
      await this.#thread.call('discard', this.#name);
      for (const parts of sourceParts(checked)) await this.#thread.call('stage', this.#name, parts);
      await this.#thread.call('publish', this.#name);
    });
    this.#sweepLater();
  }

  async remove(sources: readonly string[]): Promise<void> {
    await this.#inOrder(() => this.#thread.call('remove', this.#name, sources));
    this.#sweepLater();
  }

  async sources(): Promise<Map<string, string>> {
    return new Map(await this.#inOrder(() => this.#thread.call('versions', this.#name)));
  }

  async search(query: string, { limit, sourcePrefix = '' }: SearchOptions): Promise<readonly Hit[]> {
    if (this.#closed) throw closed();
    const text = query.slice(0, QUERY_CHARS_MAX);
    return this.#thread.call('search', this.#name, text, boundedHits(limit), sourcePrefix);
  }

  /** Resolves when the accepted changes are written; sweeping may remain for the next opening. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  #inOrder<T>(change: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#waiting >= CHANGES_WAITING_MAX) {
      return Promise.reject(new KaiError('OVERLOADED', `${this.#waiting} changes of this index are waiting`));
    }
    return this.#enqueue(change);
  }

  #enqueue<T>(change: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#last.then(change);
    this.#last = done.then(
      () => this.#leave(),
      () => this.#leave(),
    );
    return done;
  }

  #leave(): void {
    this.#waiting -= 1;
  }

  /** Removes what is no longer shown, a step at a time. */
  #sweepLater(): void {
    if (this.#closed) return;
    this.#enqueue(() => this.#sweep()).catch((error: unknown) => {
      this.#log.warn({ index: this.#name, error: String(error) }, 'old passages stay until the next change');
    });
  }

  async #sweep(): Promise<void> {
    while (!this.#closed && (await this.#thread.call('sweep', this.#name)));
  }
}

function closed(): KaiError {
  return new KaiError('UNAVAILABLE', 'the text index is closed');
}
