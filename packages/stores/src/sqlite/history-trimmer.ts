/**
 * Keeps journal, dead letters and settlements within their retention: the oldest go, a bounded number with each
 * batch that adds to them, so that no batch waits for a long deletion.
 *
 * Failure: when a deletion fails (a damaged page) trimming stops for this run with a warning, and writing goes on.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EncodedCommit, PLACES } from '../records/encoded-commit.ts';
import type { Retention } from '../records/retention.ts';
import { warn } from './worker-answer.ts';

/** Records removed by one batch at least, when there are that many too many. */
const STEP_MIN = 256;
/** Records by which the retention may be exceeded before a step is worth its while. */
const SLACK = 64;

export class HistoryTrimmer {
  readonly #db: DatabaseSync;
  readonly #retention: Retention;
  readonly #journal: Table;
  readonly #settlements: Table;
  readonly #dead: Table;
  readonly #letters: StatementSync;
  readonly #dropEntriesByAge: StatementSync;
  readonly #dropSettlementsByAge: StatementSync;
  #stopped = false;

  constructor(db: DatabaseSync, retention: Retention) {
    this.#db = db;
    this.#retention = retention;
    this.#journal = openTable(db, 'journal', 'min(at)', 'max(at)');
    // Of settlements the one that came last has the time: a clock that once ran ahead costs no more than that moment.
    this.#settlements = openTable(db, 'settlements', 'at', 'at');
    this.#dead = openTable(db, 'dead', '0', '0');
    this.#letters = db.prepare('SELECT count(*) AS n FROM dead');
    this.#dropEntriesByAge = db.prepare(
      'DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE at < ? ORDER BY at LIMIT ?)',
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
    if (this.#stopped) return;
    const entries = added(commits, 'journal');
    const letters = added(commits, 'dead');
    const settlements = added(commits, 'settled');
    try {
      if (entries > 0) this.#trimJournal(stepFor(entries));
      if (settlements > 0) this.#trimSettlements(stepFor(settlements));
      if (letters > 0) this.#trimDead(stepFor(letters));
    } catch (error) {
      if (!this.#db.isTransaction) throw error;
      this.#stopped = true;
      warn(`old records cannot be removed, the file keeps growing: ${error}`);
    }
  }

  #trimJournal(step: number): void {
    const { rows, oldest, newest } = this.#journal.ends();
    const { journalMax, journalAgeMs } = this.#retention;
    if (rows - journalMax > SLACK) this.#journal.dropOldest(Math.min(rows - journalMax, step));
    if (oldest < newest - journalAgeMs) this.#dropEntriesByAge.run(newest - journalAgeMs, step);
  }

  #trimSettlements(step: number): void {
    const { rows, oldest, newest } = this.#settlements.ends();
    const { settlementsMax, settlementsAgeMs } = this.#retention;
    if (rows - settlementsMax > SLACK) this.#settlements.dropOldest(Math.min(rows - settlementsMax, step));
    if (oldest < newest - settlementsAgeMs) this.#dropSettlementsByAge.run(newest - settlementsAgeMs, step);
  }

  /** Raised letters leave gaps: only counting tells how many there are. */
  #trimDead(step: number): void {
    const { deadMax } = this.#retention;
    if (this.#dead.ends().rows - deadMax <= SLACK) return;
    const excess = Number(this.#letters.get()?.n) - deadMax;
    if (excess > SLACK) this.#dead.dropOldest(Math.min(excess, step));
  }
}

interface Ends {
  /** At most this many rows: single ones may have been removed from the middle. */
  readonly rows: number;
  readonly oldest: number;
  readonly newest: number;
}

interface Table {
  ends(): Ends;
  dropOldest(rows: number): void;
}

function openTable(
  db: DatabaseSync,
  table: 'journal' | 'settlements' | 'dead',
  oldestAt: string,
  newestAt: string,
): Table {
  const ends = db.prepare(
    `SELECT (SELECT min(seq) FROM ${table}) AS first, (SELECT max(seq) FROM ${table}) AS last,
            (SELECT ${oldestAt} FROM ${table} ORDER BY seq LIMIT 1) AS oldest,
            (SELECT ${newestAt} FROM ${table} ORDER BY seq DESC LIMIT 1) AS newest`,
  );
  const drop = db.prepare(
    `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} ORDER BY seq LIMIT ?)`,
  );
  return {
    ends: () => {
      const row = ends.get();
      const rows = Number(row?.last) - Number(row?.first) + 1;
      return { rows, oldest: Number(row?.oldest), newest: Number(row?.newest) };
    },
    dropOldest: (rows) => void drop.run(rows),
  };
}

function added(commits: readonly EncodedCommit[], kind: 'journal' | 'dead' | 'settled'): number {
  let parts = 0;
  for (const commit of commits) parts += commit[kind].length;
  return parts / PLACES[kind];
}

function stepFor(added: number): number {
  return Math.max(STEP_MIN, 2 * added);
}
