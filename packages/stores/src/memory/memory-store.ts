/**
 * A store in memory: for tests, simulation and embedding. A commit is complete when the call returns.
 *
 * Bounded where a database is bounded: the journal and the dead letters are rings. State grows with what agents
 * keep. Nothing survives the process.
 */

import { type JsonValue, KaiError } from '@kai/protocol';
import type {
  AgentRecords,
  Commit,
  DeadLetter,
  JournalEntry,
  JournalQuery,
  Settlement,
  StepRecord,
  Store,
  StoreReport,
  TimerRecord,
} from '@kai/runtime/ports';
import { decodeLetter } from '../records/dead-text.ts';
import { encodeCommit } from '../records/encode-commit.ts';
import { entriesPast, entryHolds, markBefore } from '../records/journal-text.ts';
import { boundedLimit } from '../records/limits.ts';
import { RETENTION_DEFAULT, type Retention } from '../records/retention.ts';
import { compareTimers, decodeTimer } from '../records/timer-text.ts';
import { keyOf, MemoryDisk } from './memory-disk.ts';

/** What a store in memory keeps when nothing else is said: about 20 MB of history. */
export const MEMORY_RETENTION_DEFAULT: Retention = {
  ...RETENTION_DEFAULT,
  journalMax: 10_000,
  deadMax: 1_000,
  settlementsMax: 10_000,
};

export interface MemoryStoreOptions {
  /** What an earlier store left behind; a new, empty one when absent. */
  readonly disk?: MemoryDisk;
}

/** @throws KaiError `CONFLICT` when another store is open on the same disk. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  const disk = options.disk ?? new MemoryDisk(MEMORY_RETENTION_DEFAULT);
  if (disk.inUse) throw new KaiError('CONFLICT', 'a store is open on this disk; close that one first');
  disk.inUse = true;
  return new MemoryStore(disk);
}

class MemoryStore implements Store {
  readonly #disk: MemoryDisk;
  #closed = false;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  async loadAgent(agent: string): Promise<AgentRecords> {
    const { state, inbox, steps } = this.#open();
    const texts = [...(state.get(agent) ?? [])];
    const ownSteps = [...(steps.get(agent)?.values() ?? [])].flatMap((byPosition) => [
      ...byPosition.values(),
    ]);
    return {
      state: new Map(texts.map(([key, text]) => [key, JSON.parse(text) as JsonValue])),
      inbox: [...(inbox.get(agent)?.values() ?? [])],
      steps: ownSteps.sort(compareSteps),
    };
  }

  async findSettlement(agent: string, from: string, id: string): Promise<Settlement | undefined> {
    return this.#open().settlements.get(keyOf(agent, id))?.get(from);
  }

  async waiting(): Promise<readonly string[]> {
    return [...this.#open().inbox.keys()];
  }

  async loadTimers(): Promise<readonly TimerRecord[]> {
    const texts = [...this.#open().timers.values()].flatMap((byName) => [...byName.values()]);
    return texts.map(decodeTimer).sort(compareTimers);
  }

  async commit(commit: Commit): Promise<void> {
    this.#open().apply(encodeCommit(commit));
  }

  async incarnate(): Promise<number> {
    const disk = this.#open();
    disk.incarnation += 1;
    return disk.incarnation;
  }

  async readJournal(query: JournalQuery): Promise<readonly JournalEntry[]> {
    const { containing = '', before = Number.POSITIVE_INFINITY, past = markBefore(before) } = query;
    const disk = this.#open();
    const shown = [...disk.journal.newestFirst()].filter(({ at }) => at >= disk.oldestShown);
    const following = entriesPast(
      shown.sort((a, b) => b.at - a.at),
      past,
    );
    return following.filter((entry) => entryHolds(entry, containing)).slice(0, boundedLimit(query.limit));
  }

  async readDead(limit: number): Promise<readonly DeadLetter[]> {
    const letters = this.#open().dead.toReversed();
    return letters.slice(0, boundedLimit(limit)).map(({ text }) => decodeLetter(text));
  }

  async inspect(): Promise<StoreReport> {
    const { state, timers, journal, dead, inbox, settlements } = this.#open();
    return {
      state: countNested(state),
      timers: countNested(timers),
      journal: journal.size,
      dead: dead.length,
      inbox: countNested(inbox),
      settlements: countNested(settlements),
      bytes: 0,
      problems: [],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#disk.inUse = false;
  }

  #open(): MemoryDisk {
    if (this.#closed) throw new KaiError('UNAVAILABLE', 'the store is closed');
    return this.#disk;
  }
}

/** By message and position, as a database sorts them. */
function compareSteps(a: StepRecord, b: StepRecord): number {
  if (a.message !== b.message) return Buffer.from(a.message).compare(Buffer.from(b.message));
  return a.position - b.position;
}

function countNested(outer: ReadonlyMap<string, ReadonlyMap<unknown, unknown>>): number {
  let count = 0;
  for (const inner of outer.values()) count += inner.size;
  return count;
}
