/**
 * A store in one SQLite file, owned by a thread of its own, so that the node never waits for a disk.
 *
 * A commit that resolved survives kill -9 and power failure (WAL, synchronous FULL). Reads see every commit that
 * was handed over before them. One process at a time has the file open.
 */

import { KaiError } from '@kai/protocol';
import type {
  AgentRecords,
  Clock,
  Commit,
  DeadLetter,
  JournalEntry,
  JournalQuery,
  Log,
  Settlement,
  Store,
  StoreReport,
  TimerRecord,
} from '@kai/runtime/ports';
import { decodeAgent } from '../records/agent-parts.ts';
import { decodeLetter } from '../records/dead-text.ts';
import { decodeEntry } from '../records/journal-text.ts';
import { boundedLimit } from '../records/limits.ts';
import { RETENTION_DEFAULT, type Retention } from '../records/retention.ts';
import { compareTimers, decodeTimer } from '../records/timer-text.ts';
import { CommitQueue } from './commit-queue.ts';
import type { InspectCalls } from './inspect-worker.ts';
import type { JournalPlace } from './journal-reader.ts';
import type { StoreCalls } from './store-worker.ts';
import { WorkerCalls } from './worker-calls.ts';

/** 32 hex digits: nothing but a trace id looks like this. */
const TRACE_ID = /^[0-9a-f]{32}$/;

export interface SqliteStoreOptions {
  /** The database file; created with its folder when absent, readable by this user only. */
  readonly path: string;
  /** What is not said is as in {@link RETENTION_DEFAULT}. */
  readonly retention?: Partial<Retention>;
  /** Bytes to which the file may grow; a commit beyond is refused as on a full disk. Unlimited when absent. */
  readonly bytesMax?: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
}

/**
 * Opens or creates a store.
 *
 * @throws KaiError `CONFLICT` when another process has it open, when it is damaged, when it is no store, or when
 * a newer kAI wrote it; `UNAVAILABLE` when the disk refuses; `CANCELLED` when `signal` aborts. Each names the file
 * and says what to do. A file is never removed or overwritten.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  requireLive(options.signal);
  const { path, bytesMax } = options;
  const script = new URL('./store-worker.ts', import.meta.url);
  const thread = new WorkerCalls<StoreCalls>(script, path, options.log);
  try {
    await thread.call('open', { ...RETENTION_DEFAULT, ...options.retention }, bytesMax);
    requireLive(options.signal);
    return new SqliteStore(thread, options);
  } catch (error) {
    await thread.end();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly #thread: WorkerCalls<StoreCalls>;
  readonly #commits: CommitQueue;
  readonly #path: string;
  readonly #log: Log;
  /** The last inspection: one at a time. */
  #inspecting: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(thread: WorkerCalls<StoreCalls>, { path, clock, log }: SqliteStoreOptions) {
    this.#thread = thread;
    this.#path = path;
    this.#log = log;
    this.#commits = new CommitQueue((commits) => thread.call('write', commits), clock);
  }

  async loadAgent(agent: string): Promise<AgentRecords> {
    return decodeAgent(agent, await this.#reader().call('loadAgent', agent));
  }

  async findSettlement(agent: string, from: string, id: string): Promise<Settlement | undefined> {
    const found = await this.#reader().call('findSettlement', agent, from, id);
    if (found === undefined) return undefined;
    const [at, outcome, answer] = found;
    return { agent, from, id, at, outcome, answer };
  }

  waiting(): Promise<readonly string[]> {
    return this.#reader().call('waiting');
  }

  async loadTimers(): Promise<readonly TimerRecord[]> {
    const texts = await this.#reader().call('loadTimers');
    return texts.map(decodeTimer).sort(compareTimers);
  }

  commit(commit: Commit): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    return this.#commits.add(commit);
  }

  async incarnate(): Promise<number> {
    return this.#reader().call('incarnate');
  }

  async readJournal(query: JournalQuery): Promise<readonly JournalEntry[]> {
    const { containing = '', before = Number.POSITIVE_INFINITY, past } = query;
    const limit = boundedLimit(query.limit);
    const thread = this.#reader();
    const from = past === undefined ? { at: before, seq: 0 } : await thread.call('findPlace', past);
    if (TRACE_ID.test(containing)) {
      const found = await thread.call('readTrace', containing, from, limit);
      if (found !== undefined) return found.map(decodeEntry);
    }
    return this.#searchJournal(containing, from, limit);
  }

  async readDead(limit: number): Promise<readonly DeadLetter[]> {
    const texts = await this.#reader().call('readDead', boundedLimit(limit));
    return texts.map(decodeLetter);
  }

  /** In a thread of its own, with what was handed over before: writes do not wait for it. */
  async inspect(): Promise<StoreReport> {
    await this.#reader().call('arrive');
    const inspecting = this.#inspecting.then(() => inspectFile(this.#path, this.#log));
    this.#inspecting = inspecting.catch(() => undefined);
    return inspecting;
  }

  /** Writes what was accepted, then closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #searchJournal(text: string, from: JournalPlace, limit: number): Promise<readonly JournalEntry[]> {
    const found: JournalEntry[] = [];
    let slice = await this.#reader().call('readSlice', text, from, limit);
    for (;;) {
      for (const entry of slice.entries) found.push(decodeEntry(entry));
      if (slice.next === undefined || found.length >= limit) return found;
      slice = await this.#reader().call('readSlice', text, slice.next, limit - found.length);
    }
  }

  async #close(): Promise<void> {
    await this.#commits.drained();
    await this.#inspecting;
    await this.#thread.end();
  }

  /** The thread, after everything that was handed over before. */
  #reader(): WorkerCalls<StoreCalls> {
    if (this.#closing !== undefined) throw closed();
    this.#commits.flush();
    return this.#thread;
  }
}

async function inspectFile(path: string, log: Log): Promise<StoreReport> {
  const script = new URL('./inspect-worker.ts', import.meta.url);
  const thread = new WorkerCalls<InspectCalls>(script, path, log);
  try {
    return await thread.call('inspect');
  } finally {
    await thread.end();
  }
}

function requireLive(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new KaiError('CANCELLED', 'opening the store was given up');
}

function closed(): KaiError {
  return new KaiError('UNAVAILABLE', 'the store is closed');
}
