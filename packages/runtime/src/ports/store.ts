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

/** A durable message that its agent has taken and not finished. After a crash it is handled again. */
export interface InboxRecord {
  /** The receiver's address, as text. */
  readonly agent: string;
  readonly id: string;
  readonly from: string;
  /** The whole message in its JSON form. */
  readonly message: string;
}

/**
 * A durable message that is finished: what the same message is answered with when it comes again. Committed together
 * with what the message changed, so that its effect happens once.
 */
export interface Settlement {
  readonly agent: string;
  readonly from: string;
  readonly id: string;
  readonly at: number;
  readonly outcome: 'replied' | 'failed';
  /** The reply's payload, or the error's, as JSON. */
  readonly answer: string;
}

/** A finished step of a handler: memoised, so that the handler continues after it. */
export interface StepRecord {
  readonly agent: string;
  /** The id of the message that is handled. */
  readonly message: string;
  /** Counts from 0 in the order in which the handler took its steps. */
  readonly position: number;
  readonly name: string;
  /** What the step was about, for refusing a handler that has changed. */
  readonly digest: string;
  /** What it gave, as JSON. */
  readonly result: string;
}

/** All that the store keeps for one agent, as it is read when the agent wakes. */
export interface AgentRecords {
  readonly state: Map<string, JsonValue>;
  /** In the order in which they were accepted. */
  readonly inbox: readonly InboxRecord[];
  readonly steps: readonly StepRecord[];
}

export interface Commit {
  readonly state?: readonly StateWrite[];
  readonly timers?: readonly (TimerRecord | TimerCancel)[];
  readonly journal?: readonly JournalEntry[];
  readonly dead?: readonly DeadLetter[];
  /** Ids of dead letters that are retried or dropped. */
  readonly raised?: readonly string[];
  readonly accepted?: readonly InboxRecord[];
  /** Removes the message from the inbox, and its steps. */
  readonly settled?: readonly Settlement[];
  readonly steps?: readonly StepRecord[];
}

/** What tells one journal entry from the others. */
export type JournalMark = Pick<JournalEntry, 'at' | 'id' | 'outcome'>;

export interface JournalQuery {
  /** Newest first, at most this many. */
  readonly limit: number;
  /** Only entries that hold this text in an address, the intent, the trace or an id. */
  readonly containing?: string;
  /** Only entries older than this time. */
  readonly before?: number;
  /**
   * Only what follows this entry in the answer: for paging that loses nothing among entries of one millisecond. Wins
   * over `before`. When there is no such entry any more, only what is older than its time.
   */
  readonly past?: JournalMark;
}

export interface StoreReport {
  /** What is kept, as counts of records. */
  readonly state: number;
  readonly timers: number;
  readonly journal: number;
  readonly dead: number;
  readonly inbox: number;
  readonly settlements: number;
  readonly bytes: number;
  /** Problems found by an integrity check, in words; empty when all is well. */
  readonly problems: readonly string[];
}

export interface Store extends AsyncDisposable {
  /** Everything that is kept for `agent`. */
  loadAgent(agent: string): Promise<AgentRecords>;
  /** Addresses for which messages wait in the inbox. */
  waiting(): Promise<readonly string[]>;
  /** How a durable message was finished, if it was, and not longer ago than settlements are kept. */
  findSettlement(agent: string, from: string, id: string): Promise<Settlement | undefined>;
  loadTimers(): Promise<readonly TimerRecord[]>;
  /**
   * Resolves once the commit is on disk. @throws KaiError `UNAVAILABLE` when the disk refuses (full,
   * read-only): then nothing of this commit has happened. When the store itself fails while it writes, the message
   * says that it is not known whether the commit has happened.
   */
  commit(commit: Commit): Promise<void>;
  /** Raises the node's incarnation by one and returns it; 1 at the first start. */
  incarnate(): Promise<number>;
  readJournal(query: JournalQuery): Promise<readonly JournalEntry[]>;
  readDead(limit: number): Promise<readonly DeadLetter[]>;
  /** Counts and checks what is kept. Reads everything: seconds on a large store. */
  inspect(): Promise<StoreReport>;
}
