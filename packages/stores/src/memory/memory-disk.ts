/**
 * What a memory store writes to: outlives the store as a file outlives its process, so that a simulated node can
 * be stopped and started again. Holds records in the same encoded form as a database, hence hands out copies.
 */

import type { JournalEntry } from '@kai/runtime/ports';
import type { EncodedCommit } from '../records/encode-commit.ts';
import { decodeEntry } from '../records/journal-text.ts';
import type { Retention } from '../records/retention.ts';
import { Ring } from './ring.ts';

export class MemoryDisk {
  /** Value texts by key, by agent. */
  readonly state = new Map<string, Map<string, string>>();
  /** Timer texts by name, by agent. */
  readonly timers = new Map<string, Map<string, string>>();
  readonly journal: Ring<JournalEntry>;
  readonly dead: Ring<string>;
  readonly journalAgeMs: number;
  incarnation = 0;
  /** Whether a store is open on it: there is at most one. */
  inUse = false;
  #newestAt = Number.NEGATIVE_INFINITY;

  constructor(retention: Retention) {
    this.journal = new Ring(retention.journalMax);
    this.dead = new Ring(retention.deadMax);
    this.journalAgeMs = retention.journalAgeMs;
  }

  /** Entries older than this are no longer shown. */
  get oldestShown(): number {
    return this.#newestAt - this.journalAgeMs;
  }

  /** Cannot fail halfway: whatever could be refused was refused when the commit was encoded. */
  apply(commit: EncodedCommit): void {
    for (const { agent, key, value } of commit.state) writeNested(this.state, agent, key, value);
    for (const { agent, name, text } of commit.timers) writeNested(this.timers, agent, name, text);
    for (let place = 2; place < commit.journal.length; place += 3) {
      const entry = decodeEntry(String(commit.journal[place]));
      this.#newestAt = Math.max(this.#newestAt, entry.at);
      this.journal.push(entry);
    }
    for (const letter of commit.dead) this.dead.push(letter);
  }
}

function writeNested(
  outer: Map<string, Map<string, string>>,
  first: string,
  second: string,
  text: string | null,
): void {
  const inner = outer.get(first) ?? new Map<string, string>();
  if (text === null) inner.delete(second);
  else inner.set(second, text);
  if (inner.size === 0) outer.delete(first);
  else outer.set(first, inner);
}
