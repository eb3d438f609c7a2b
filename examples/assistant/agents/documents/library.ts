/**
 * The folder and its index, kept alike. One way leads there from every state: look at the folder, remove what is
 * gone, read what changed. It runs at the start, after changes, and when a person asks for it; a crash in the middle
 * costs nothing but the files of the batch at hand, because each file's version is written with its passages.
 *
 * Trap: a folder that cannot be read at all (a disk that is not plugged in) says nothing about its files. Then
 * nothing is removed.
 */

import type { Clock, JsonObject, KaiError, Log, SourceEntry, TextIndex, Timer } from 'kai';
import { Batch } from './batch.ts';
import { Catalogue } from './catalogue.ts';
import type { Extractor, Outcome } from './extractor.ts';
import { encodeVersion } from './file-version.ts';
import { type FoundFile, type Skipped, scanFolder } from './scan.ts';
import { Throttle } from './throttle.ts';
import { watchFolder } from './watch.ts';

export interface LibraryOptions {
  /** An absolute path. */
  readonly folder: string;
  readonly extensions: ReadonlySet<string>;
  readonly fileBytesMax: number;
  readonly index: TextIndex;
  readonly extractor: Extractor;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears the status when it changed, at most five times a second. */
  readonly progress: (status: LibraryStatus) => void;
  /** Hears that the folder and its index are alike. */
  readonly settled: () => void;
}

/** What `documents.status` answers. */
export interface LibraryStatus extends JsonObject {
  readonly folder: string;
  /** Files that are read. */
  readonly files: number;
  readonly passages: number;
  readonly indexing: { readonly done: number; readonly total: number } | null;
  /** At most {@link SKIPPED_TOLD_MAX}. */
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}

/** A step of a run, as `documents.rescan` tells it. */
export interface Step {
  readonly done: number;
  readonly total: number;
  readonly source: string;
}

/** Skipped files that a status names. */
export const SKIPPED_TOLD_MAX = 200;
/** The least time between two tellings of progress, in milliseconds. */
const PROGRESS_MS = 200;
/** Sources removed together. */
const REMOVE_AT_ONCE = 500;
/** How long after a change the folder is looked at, in milliseconds: writing programs write in steps. */
const SETTLE_MS = 300;
/** A large folder rests this many times as long as looking at it took. */
const REST_FACTOR = 5;
/** How long after a failure of the index it is tried again, in milliseconds. */
const RETRY_MS = 5_000;
/** How often a folder is looked at that the system cannot watch, in milliseconds. */
const POLL_MS = 60_000;

export class Library implements AsyncDisposable {
  readonly #options: LibraryOptions;
  #catalogue: Catalogue;
  readonly #stopping = new AbortController();
  readonly #throttle: Throttle;
  readonly #watchers: Set<(step: Step) => void> = new Set();
  #watch: AsyncDisposable | undefined;
  #running: Promise<void> | undefined;
  #asked = false;
  #again = false;
  #timer: Timer | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  /** Nothing when all is read; a total of 0 before the folder was looked at for the first time. */
  #step: Step | undefined = { done: 0, total: 0, source: '' };
  #problems: readonly Skipped[] = [];
  #restMs = SETTLE_MS;
  #isUnwatched = false;
  #isDistrusted = false;

  private constructor(options: LibraryOptions, versions: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#catalogue = new Catalogue(versions);
    this.#throttle = new Throttle(options.clock, PROGRESS_MS, () => options.progress(this.status()));
  }

  /** Returns as soon as questions can be answered from what was read before; reading goes on. */
  static async open(options: LibraryOptions): Promise<Library> {
    const library = new Library(options, await options.index.sources());
    const { folder, log } = options;
    library.#watch = watchFolder({
      folder,
      changed: () => library.#soon(library.#restMs),
      failed: (error) => {
        log.warn({ error }, 'the folder of documents cannot be watched; looking at it now and then');
        library.#isUnwatched = true;
        library.#soon(POLL_MS);
      },
    });
    library.#begin(false);
    return library;
  }

  /** Sources that are read, with their versions. */
  get sources(): Map<string, string> {
    const { sources } = this.#catalogue;
    const read = [...sources].filter((source) => this.#catalogue.isRead(source));
    return new Map(read.map((source) => [source, this.#catalogue.versionOf(source) ?? '']));
  }

  status(): LibraryStatus {
    const step = this.#step;
    const skipped = [...this.#problems, ...this.#catalogue.skipped(SKIPPED_TOLD_MAX)].slice(
      0,
      SKIPPED_TOLD_MAX,
    );
    return {
      folder: this.#options.folder,
      files: this.#catalogue.files,
      passages: this.#catalogue.passages,
      indexing: step === undefined ? null : { done: step.done, total: step.total },
      skipped: skipped.map(({ source, reason }) => ({ source, reason })),
    };
  }

  /** Looks at everything again, also at what was skipped; resolves when the index is up to date. */
  async rescan(heard: (step: Step) => void): Promise<void> {
    this.#watchers.add(heard);
    try {
      // A run that is under way may be past what changed; the next one is not.
      if (this.#running !== undefined) this.#asked = true;
      this.#begin(true);
      while (this.#running !== undefined) await this.#running;
    } finally {
      this.#watchers.delete(heard);
    }
  }

  /** The index failed, and may have lost what it held: soon it is asked anew what it has. */
  distrust(): void {
    this.#isDistrusted = true;
    this.#soon(RETRY_MS);
  }

  /** Nothing is read or written any more once it resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#timer?.cancel();
    this.#throttle.stop();
    await this.#watch?.[Symbol.asyncDispose]();
    await this.#options.extractor[Symbol.asyncDispose]();
    await this.#running;
  }

  /** The earliest of what is asked for counts. */
  #soon(delayMs: number): void {
    const due = this.#options.clock.monotonic() + delayMs;
    if (this.#stopping.signal.aborted || due >= this.#timerDue) return;
    this.#timer?.cancel();
    this.#timerDue = due;
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#timerDue = Number.POSITIVE_INFINITY;
      if (this.#running !== undefined) this.#asked = true;
      this.#begin(false);
    });
  }

  #begin(again: boolean): void {
    this.#again ||= again;
    if (this.#running !== undefined || this.#stopping.signal.aborted) return;
    this.#running = this.#runs().finally(() => {
      this.#running = undefined;
    });
  }

  async #runs(): Promise<void> {
    do {
      const again = this.#again;
      this.#again = false;
      this.#asked = false;
      try {
        await this.#run(again);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#options.log.warn(
          { error: (error as KaiError).message },
          'reading documents failed, trying again soon',
        );
        this.distrust();
      }
      this.#step = undefined;
      if (!this.#stopping.signal.aborted) this.#throttle.flush();
    } while (this.#asked && !this.#stopping.signal.aborted);
    if (this.#stopping.signal.aborted) return;
    if (this.#isUnwatched) this.#soon(POLL_MS);
    this.#options.settled();
  }

  async #run(again: boolean): Promise<void> {
    const { folder, extensions, clock, index } = this.#options;
    if (this.#isDistrusted) {
      this.#catalogue = new Catalogue(await index.sources());
      this.#isDistrusted = false;
    }
    const began = clock.monotonic();
    const scan = await scanFolder(folder, extensions, this.#stopping.signal);
    this.#restMs = Math.max(SETTLE_MS, REST_FACTOR * (clock.monotonic() - began));
    if (scan.kind === 'unreadable') {
      this.#problems = [{ source: '.', reason: scan.reason }];
      return;
    }
    this.#problems = scan.skipped;
    await this.#remove(this.#catalogue.gone(scan.files));
    const stale = this.#catalogue.stale(scan.files, again);
    if (stale.length > 0) await this.#read(stale, index);
  }

  async #remove(sources: readonly string[]): Promise<void> {
    for (let at = 0; at < sources.length; at += REMOVE_AT_ONCE) {
      const some = sources.slice(at, at + REMOVE_AT_ONCE);
      await this.#options.index.remove(some);
      for (const source of some) this.#catalogue.delete(source);
    }
  }

  async #read(files: readonly FoundFile[], index: TextIndex): Promise<void> {
    const batch = new Batch((entries) => this.#write(entries, index));
    try {
      for (const [done, file] of files.entries()) {
        this.#tell({ done, total: files.length, source: file.source });
        const entry = await this.#entryOf(file);
        this.#stopping.signal.throwIfAborted();
        if (entry !== undefined) await batch.add(entry);
      }
      await batch.flush();
    } finally {
      await batch.quiet();
    }
    this.#tell({ done: files.length, total: files.length, source: files.at(-1)?.source ?? '' });
  }

  async #write(entries: readonly SourceEntry[], index: TextIndex): Promise<void> {
    await index.put(entries);
    for (const { source, version } of entries) this.#catalogue.set(source, version);
  }

  async #entryOf(file: FoundFile): Promise<SourceEntry | undefined> {
    const { extractor, fileBytesMax } = this.#options;
    const { source, path } = file;
    const outcome = await extractor.extract({ want: 'passages', path, source, bytesMax: fileBytesMax });
    return entryFrom(file, outcome);
  }

  #tell(step: Step): void {
    this.#step = step;
    this.#throttle.call();
    for (const heard of this.#watchers) heard(step);
  }
}

/** Nothing for a file that has vanished: the next look finds it gone. */
function entryFrom(file: FoundFile, outcome: Outcome): SourceEntry | undefined {
  const { source } = file;
  switch (outcome.kind) {
    case 'passages': {
      const { passages } = outcome;
      return { source, version: encodeVersion(file, { kind: 'read', passages: passages.length }), passages };
    }
    case 'skipped':
      return { source, version: encodeVersion(file, outcome), passages: [] };
    case 'text':
    case 'gone':
      return undefined;
  }
}
