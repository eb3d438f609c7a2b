/**
 * What must survive: agents' state, timers, the message journal and dead letters.
 *
 * One commit is atomic: after a crash either all of it is there or nothing. Commits take effect in the order
 * in which they were handed over. The store may group many commits into one write to disk.
 */

import type { ErrorCode, JsonValue } from '@kai/protocol';

/** A key's new value in one agent's state; `undefined` removes it. */
export interface StateWrite {
  /** The agent's address, as text. */
  readonly agent: string;
  readonly key: string;
  readonly value: JsonValue | undefined;
}

/** A timer that outlives the process. At `due` the agent gets an event with this intent and payload. */
export interface TimerRecord {
  readonly agent: string;
  /** Unique among the agent's timers; setting it again replaces it. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
  readonly intent: string;
  readonly payload: JsonValue;
}

/** A timer's removal. */
export interface TimerCancel {
  readonly agent: string;
  readonly name: string;
  readonly due: undefined;
}

export type JournalOutcome = 'admitted' | 'replied' | 'chunk' | 'failed' | 'refused' | 'published';

/** One step in a message's way, as it is told to people. */
export interface JournalEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: JournalOutcome;
  readonly id: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly intent: string;
  readonly priority: string;
  readonly re: string | undefined;
  readonly trace: string;
  /** The rule that decided, for what was admitted; the error's code, for what failed. */
  readonly note: string;
  /** Milliseconds from admission to this entry; 0 for the admission itself. */
  readonly tookMs: number;
  /** The payload as JSON, or its first characters followed by `…` when it is longer than is kept. */
  readonly payload: string;
}

/** A message that could not be delivered, and why. */
export interface DeadLetter {
  readonly at: number;
  readonly id: string;
  readonly code: ErrorCode;
  readonly reason: string;
  /** The whole message in its JSON form. */
  readonly message: string;
}

export interface Commit {
  readonly state?: readonly StateWrite[];
  readonly timers?: readonly (TimerRecord | TimerCancel)[];
  readonly journal?: readonly JournalEntry[];
  readonly dead?: readonly DeadLetter[];
}

export interface JournalQuery {
  /** Newest first, at most this many. */
  readonly limit: number;
  /** Only entries that hold this text in an address, the intent, the trace or an id. */
  readonly containing?: string;
  /** Only entries older than this time, for paging. */
  readonly before?: number;
}

export interface StoreReport {
  /** What is kept, as counts of records. */
  readonly state: number;
  readonly timers: number;
  readonly journal: number;
  readonly dead: number;
  readonly bytes: number;
  /** Problems found by an integrity check, in words; empty when all is well. */
  readonly problems: readonly string[];
}

export interface Store extends AsyncDisposable {
  /** Everything that `agent` keeps. */
  loadState(agent: string): Promise<Map<string, JsonValue>>;
  loadTimers(): Promise<readonly TimerRecord[]>;
  /**
   * Resolves once the commit is on disk. @throws KaiError `UNAVAILABLE` when the disk refuses (full,
   * read-only): then nothing of this commit has happened.
   */
  commit(commit: Commit): Promise<void>;
  /** Raises the node's incarnation by one and returns it; 1 at the first start. */
  incarnate(): Promise<number>;
  readJournal(query: JournalQuery): Promise<readonly JournalEntry[]>;
  readDead(limit: number): Promise<readonly DeadLetter[]>;
  /** Counts and checks what is kept. Reads everything: seconds on a large store. */
  inspect(): Promise<StoreReport>;
}
