/**
 * Writes batches of commits: one transaction and one sync to disk for all of them. When a batch fails it is taken
 * back and each commit is tried by itself, so that one that cannot be written takes no other with it.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EncodedCommit, EncodedState, EncodedTimer } from '../records/encode-commit.ts';
import { checksumOf } from './checksum.ts';
import type { HistoryTrimmer } from './history-trimmer.ts';
import { type Refusal, refusalOf } from './worker-answer.ts';

/** Journal rows of one statement: the price of a statement is shared by that many. */
const ROWS_PER_INSERT = 16;
const PARTS_PER_ENTRY = 3;

/** A commit of a batch, by its place there, that was not written. */
export interface FailedCommit {
  readonly place: number;
  readonly refusal: Refusal;
}

export class CommitWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #trimmer: HistoryTrimmer;
  readonly #setState: StatementSync;
  readonly #removeState: StatementSync;
  readonly #setTimer: StatementSync;
  readonly #removeTimer: StatementSync;
  readonly #addDead: StatementSync;
  readonly #addEntry: StatementSync;
  readonly #addEntries: StatementSync;

  constructor(db: DatabaseSync, path: string, trimmer: HistoryTrimmer) {
    this.#db = db;
    this.#path = path;
    this.#trimmer = trimmer;
    this.#setState = db.prepare(
      'INSERT OR REPLACE INTO state (agent, key, value, checksum) VALUES (?, ?, ?, ?)',
    );
    this.#removeState = db.prepare('DELETE FROM state WHERE agent = ? AND key = ?');
    this.#setTimer = db.prepare(
      'INSERT OR REPLACE INTO timers (agent, name, body, checksum) VALUES (?, ?, ?, ?)',
    );
    this.#removeTimer = db.prepare('DELETE FROM timers WHERE agent = ? AND name = ?');
    this.#addDead = db.prepare('INSERT INTO dead (body, checksum) VALUES (?, ?)');
    this.#addEntry = prepareEntries(db, 1);
    this.#addEntries = prepareEntries(db, ROWS_PER_INSERT);
  }

  write(commits: readonly EncodedCommit[]): FailedCommit[] {
    try {
      this.#transact(commits);
      return [];
    } catch {
      return this.#writeOneByOne(commits);
    }
  }

  #writeOneByOne(commits: readonly EncodedCommit[]): FailedCommit[] {
    const failed: FailedCommit[] = [];
    for (const [place, commit] of commits.entries()) {
      try {
        this.#transact([commit]);
      } catch (error) {
        failed.push({ place, refusal: refusalOf(this.#path, error) });
      }
    }
    return failed;
  }

  #transact(commits: readonly EncodedCommit[]): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      for (const commit of commits) this.#apply(commit);
      this.#trimmer.trim();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #apply(commit: EncodedCommit): void {
    for (const write of commit.state) this.#writeState(write);
    for (const timer of commit.timers) this.#writeTimer(timer);
    this.#writeJournal(commit.journal);
    for (const body of commit.dead) this.#addDead.run(body, checksumOf(body));
    this.#trimmer.added(commit.journal.length / PARTS_PER_ENTRY, commit.dead.length);
  }

  #writeState({ agent, key, value }: EncodedState): void {
    if (value === null) this.#removeState.run(agent, key);
    else this.#setState.run(agent, key, value, checksumOf(agent, key, value));
  }

  #writeTimer({ agent, name, text }: EncodedTimer): void {
    if (text === null) this.#removeTimer.run(agent, name);
    else this.#setTimer.run(agent, name, text, checksumOf(agent, name, text));
  }

  #writeJournal(parts: readonly (number | string)[]): void {
    const step = ROWS_PER_INSERT * PARTS_PER_ENTRY;
    let place = 0;
    for (; place + step <= parts.length; place += step) {
      this.#addEntries.run(...entryValues(parts, place, place + step));
    }
    for (; place < parts.length; place += PARTS_PER_ENTRY) {
      this.#addEntry.run(...entryValues(parts, place, place + PARTS_PER_ENTRY));
    }
  }
}

function prepareEntries(db: DatabaseSync, rows: number): StatementSync {
  const values = Array.from({ length: rows }, () => '(?, ?, ?, ?)').join(', ');
  return db.prepare(`INSERT INTO journal (at, trace, body, checksum) VALUES ${values}`);
}

function entryValues(parts: readonly (number | string)[], from: number, to: number): (number | string)[] {
  const values: (number | string)[] = [];
  for (let place = from; place < to; place += PARTS_PER_ENTRY) {
    const body = String(parts[place + 2]);
    values.push(Number(parts[place]), String(parts[place + 1]), body, checksumOf(body));
  }
  return values;
}
