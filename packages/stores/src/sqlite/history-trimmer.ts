/**
 * Keeps journal and dead letters within their retention: the oldest go, a bounded number with each batch that
 * adds to them, so that no batch waits for a long deletion.
 *
 * Failure: when a deletion fails (a damaged page) trimming stops for this run with a warning, and writing goes on.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Retention } from '../records/retention.ts';
import { warn } from './worker-answer.ts';

/** Records removed by one batch at least, when there are that many too many. */
const STEP_MIN = 256;
/** Records by which the retention may be exceeded before a step is worth its while. */
const SLACK = 64;

export class HistoryTrimmer {
  readonly #db: DatabaseSync;
  readonly #retention: Retention;
  readonly #dropByAge: StatementSync;
  readonly #newest: StatementSync;
  #entriesAdded = 0;
  #lettersAdded = 0;
  #stopped = false;

  constructor(db: DatabaseSync, retention: Retention) {
    this.#db = db;
    this.#retention = retention;
    this.#newest = db.prepare('SELECT max(at) AS at FROM journal');
    this.#dropByAge = db.prepare(
      'DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE at < ? ORDER BY at LIMIT ?)',
    );
  }

  /** Counts what the running transaction added. */
  added(entries: number, letters: number): void {
    this.#entriesAdded += entries;
    this.#lettersAdded += letters;
  }

  /** Removes what is too much, within the running transaction. */
  trim(): void {
    const entries = this.#entriesAdded;
    const letters = this.#lettersAdded;
    this.#entriesAdded = 0;
    this.#lettersAdded = 0;
    if (this.#stopped) return;
    try {
      if (entries > 0) this.#trimJournal(Math.max(STEP_MIN, 2 * entries));
      if (letters > 0) this.#dropOldest('dead', this.#retention.deadMax, Math.max(STEP_MIN, 2 * letters));
    } catch (error) {
      if (!this.#db.isTransaction) throw error;
      this.#stopped = true;
      warn(`old records cannot be removed, the file keeps growing: ${error}`);
    }
  }

  #trimJournal(step: number): void {
    this.#dropOldest('journal', this.#retention.journalMax, step);
    const newest = Number(this.#newest.get()?.at);
    this.#dropByAge.run(newest - this.#retention.journalAgeMs, step);
  }

  #dropOldest(table: 'journal' | 'dead', kept: number, step: number): void {
    const ends = this.#db.prepare(
      `SELECT (SELECT min(seq) FROM ${table}) AS first, (SELECT max(seq) FROM ${table}) AS last`,
    );
    const row = ends.get();
    const first = Number(row?.first);
    const excess = Number(row?.last) - first + 1 - kept;
    if (excess <= SLACK) return;
    this.#db.prepare(`DELETE FROM ${table} WHERE seq < ?`).run(first + Math.min(excess, step));
  }
}
