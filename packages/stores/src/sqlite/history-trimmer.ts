/**
 * Keeps journal, dead letters and settlements within their retention: the oldest go, a bounded number with each
 * batch that adds to them, so that no batch waits for a long deletion.
 *
 * Failure: when a deletion fails (a damaged page) trimming stops for this run with a warning, and writing goes on.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EncodedCommit, PLACES } from '../records/encode-commit.ts';
import type { Retention } from '../records/retention.ts';
import { warn } from './worker-answer.ts';

/** Records removed by one batch at least, when there are that many too many. */
const STEP_MIN = 256;
/** Records by which the retention may be exceeded before a step is worth its while. */
const SLACK = 64;

export class HistoryTrimmer {
  readonly #db: DatabaseSync;
  readonly #retention: Retention;
  readonly #journal: TableTrimmer;
  readonly #settlements: TableTrimmer;
  readonly #dead: TableTrimmer;
  readonly #newestEntry: StatementSync;
  readonly #dropEntriesByAge: StatementSync;
  readonly #settlementAges: StatementSync;
  readonly #dropSettlementsByAge: StatementSync;
  #stopped = false;

  constructor(db: DatabaseSync, retention: Retention) {
    this.#db = db;
    this.#retention = retention;
    this.#journal = new TableTrimmer(db, 'journal', retention.journalMax);
    this.#settlements = new TableTrimmer(db, 'settlements', retention.settlementsMax);
    this.#dead = new TableTrimmer(db, 'dead', retention.deadMax, true);
    this.#newestEntry = db.prepare('SELECT max(at) AS at FROM journal');
    this.#dropEntriesByAge = db.prepare(
      'DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE at < ? ORDER BY at LIMIT ?)',
    );
    this.#settlementAges = db.prepare(
      `SELECT (SELECT at FROM settlements ORDER BY seq LIMIT 1) AS oldest,
              (SELECT at FROM settlements ORDER BY seq DESC LIMIT 1) AS newest`,
    );
    // Only from the front: what stands behind a fresh settlement waits for it.
    this.#dropSettlementsByAge = db.prepare(
      `WITH front AS (SELECT seq, at FROM settlements ORDER BY seq LIMIT ?2)
       DELETE FROM settlements WHERE seq IN (SELECT seq FROM front)
       AND seq < ifnull((SELECT min(seq) FROM front WHERE at >= ?1), 9223372036854775807)`,
    );
  }

  /** Removes what is too much after these commits, within the running transaction. */
  trim(commits: readonly EncodedCommit[]): void {
    const entries = added(commits, 'journal');
    const letters = added(commits, 'dead');
    const settlements = added(commits, 'settled');
    if (this.#stopped) return;
    try {
      if (entries > 0) this.#trimJournal(stepFor(entries));
      if (letters > 0) this.#dead.trim(stepFor(letters));
      if (settlements > 0) this.#trimSettlements(stepFor(settlements));
    } catch (error) {
      if (!this.#db.isTransaction) throw error;
      this.#stopped = true;
      warn(`old records cannot be removed, the file keeps growing: ${error}`);
    }
  }

  #trimJournal(step: number): void {
    this.#journal.trim(step);
    const newest = Number(this.#newestEntry.get()?.at);
    this.#dropEntriesByAge.run(newest - this.#retention.journalAgeMs, step);
  }

  /** Judged by the settlement that came last, so that a clock that once ran ahead costs no more than that moment. */
  #trimSettlements(step: number): void {
    this.#settlements.trim(step);
    const ages = this.#settlementAges.get();
    const expired = Number(ages?.newest) - this.#retention.settlementsAgeMs;
    if (Number(ages?.oldest) < expired) this.#dropSettlementsByAge.run(expired, step);
  }
}

/** Keeps one table to a number of rows, the oldest going first. */
class TableTrimmer {
  readonly #kept: number;
  readonly #ends: StatementSync;
  readonly #count: StatementSync | undefined;
  readonly #dropOldest: StatementSync;

  /** `gaps`: whether single rows are removed from the middle, so that the rows have to be counted. */
  constructor(db: DatabaseSync, table: 'journal' | 'dead' | 'settlements', kept: number, gaps = false) {
    this.#kept = kept;
    this.#ends = db.prepare(
      `SELECT (SELECT min(seq) FROM ${table}) AS first, (SELECT max(seq) FROM ${table}) AS last`,
    );
    this.#count = gaps ? db.prepare(`SELECT count(*) AS n FROM ${table}`) : undefined;
    this.#dropOldest = db.prepare(
      `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} ORDER BY seq LIMIT ?)`,
    );
  }

  trim(step: number): void {
    const ends = this.#ends.get();
    const span = Number(ends?.last) - Number(ends?.first) + 1;
    if (span - this.#kept <= SLACK) return;
    const rows = this.#count === undefined ? span : Number(this.#count.get()?.n);
    if (rows - this.#kept > SLACK) this.#dropOldest.run(Math.min(rows - this.#kept, step));
  }
}

function added(commits: readonly EncodedCommit[], kind: 'journal' | 'dead' | 'settled'): number {
  let parts = 0;
  for (const commit of commits) parts += commit[kind].length;
  return parts / PLACES[kind];
}

function stepFor(added: number): number {
  return Math.max(STEP_MIN, 2 * added);
}
