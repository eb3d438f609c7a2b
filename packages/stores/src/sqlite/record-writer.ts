/**
 * One statement for each thing that a commit may do, run within the transaction of its batch.
 *
 * A message is accepted once and settled once: what is settled is not accepted again, the first settlement and the
 * first result of a step stay. Letters are raised before new ones are added, so that one commit can replace a letter.
 */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type EncodedCommit, type Part, PLACES } from '../records/encoded-commit.ts';
import { checksumOf } from './checksum.ts';

/** Journal rows of one statement: the price of a statement is shared by that many. */
const ROWS_PER_INSERT = 16;
const ENTRY_COLUMNS = 4;

export class RecordWriter {
  readonly #setState: StatementSync;
  readonly #removeState: StatementSync;
  readonly #setTimer: StatementSync;
  readonly #removeTimer: StatementSync;
  readonly #addEntry: StatementSync;
  readonly #addEntries: StatementSync;
  readonly #addLetter: StatementSync;
  readonly #raiseLetter: StatementSync;
  readonly #accept: StatementSync;
  readonly #addStep: StatementSync;
  readonly #settle: StatementSync;
  readonly #removeAccepted: StatementSync;
  readonly #removeSteps: StatementSync;

  constructor(db: DatabaseSync) {
    this.#setState = db.prepare(
      'INSERT OR REPLACE INTO state (agent, key, value, checksum) VALUES (?, ?, ?, ?)',
    );
    this.#removeState = db.prepare('DELETE FROM state WHERE agent = ? AND key = ?');
    this.#setTimer = db.prepare(
      'INSERT OR REPLACE INTO timers (agent, name, body, checksum) VALUES (?, ?, ?, ?)',
    );
    this.#removeTimer = db.prepare('DELETE FROM timers WHERE agent = ? AND name = ?');
    this.#addEntry = prepareEntries(db, 1);
    this.#addEntries = prepareEntries(db, ROWS_PER_INSERT);
    this.#addLetter = db.prepare('INSERT INTO dead (id, body, checksum) VALUES (?, ?, ?)');
    this.#raiseLetter = db.prepare('DELETE FROM dead WHERE id = ?');
    this.#accept = db.prepare(
      `INSERT OR IGNORE INTO inbox (agent, sender, id, message, checksum) SELECT ?1, ?2, ?3, ?4, ?5
       WHERE NOT EXISTS (SELECT 1 FROM settlements WHERE id = ?3 AND agent = ?1 AND sender = ?2)`,
    );
    this.#addStep = db.prepare(
      `INSERT OR IGNORE INTO steps (agent, message, position, name, digest, result, checksum)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
       WHERE NOT EXISTS (SELECT 1 FROM settlements WHERE id = ?2 AND agent = ?1)`,
    );
    this.#settle = db.prepare(
      `INSERT OR IGNORE INTO settlements (agent, sender, id, at, outcome, answer, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#removeAccepted = db.prepare('DELETE FROM inbox WHERE agent = ? AND id = ? AND sender = ?');
    this.#removeSteps = db.prepare('DELETE FROM steps WHERE agent = ? AND message = ?');
  }

  /** Journal rows of all commits are written together: nothing else in a commit depends on them. */
  write(commits: readonly EncodedCommit[]): void {
    for (const commit of commits) this.#writeRecords(commit);
    this.#writeJournal(commits);
  }

  #writeRecords(commit: EncodedCommit): void {
    this.#writeState(commit.state);
    this.#writeTimers(commit.timers);
    for (const id of commit.raised) this.#raiseLetter.run(id);
    this.#writeLetters(commit.dead);
    runEach(this.#accept, commit.accepted, PLACES.accepted);
    runEach(this.#addStep, commit.steps, PLACES.steps);
    this.#settleEach(commit.settled);
  }

  #writeState(parts: readonly Part[]): void {
    for (let place = 0; place < parts.length; place += PLACES.state) {
      const [agent = null, key = null, value = null] = parts.slice(place, place + PLACES.state);
      if (value === null) this.#removeState.run(agent, key);
      else this.#setState.run(agent, key, value, checksumOf(agent, key, value));
    }
  }

  #writeTimers(parts: readonly Part[]): void {
    for (let place = 0; place < parts.length; place += PLACES.timers) {
      const [agent = null, name = null, text = null] = parts.slice(place, place + PLACES.timers);
      if (text === null) this.#removeTimer.run(agent, name);
      else this.#setTimer.run(agent, name, text, checksumOf(agent, name, text));
    }
  }

  #writeJournal(commits: readonly EncodedCommit[]): void {
    let values: SQLInputValue[] = [];
    for (const { journal } of commits) {
      for (let place = 0; place < journal.length; place += PLACES.journal) {
        const [at = null, trace = null, body = null] = journal.slice(place, place + PLACES.journal);
        values.push(at, trace, body, checksumOf(body));
        if (values.length < ROWS_PER_INSERT * ENTRY_COLUMNS) continue;
        this.#addEntries.run(...values);
        values = [];
      }
    }
    for (let place = 0; place < values.length; place += ENTRY_COLUMNS) {
      this.#addEntry.run(...values.slice(place, place + ENTRY_COLUMNS));
    }
  }

  #writeLetters(parts: readonly Part[]): void {
    for (let place = 0; place < parts.length; place += PLACES.dead) {
      const [id = null, body = null] = parts.slice(place, place + PLACES.dead);
      this.#addLetter.run(id, body, checksumOf(body));
    }
  }

  #settleEach(parts: readonly Part[]): void {
    runEach(this.#settle, parts, PLACES.settled);
    for (let place = 0; place < parts.length; place += PLACES.settled) {
      const [agent = null, sender = null, id = null] = parts.slice(place, place + 3);
      this.#removeAccepted.run(agent, id, sender);
      this.#removeSteps.run(agent, id);
    }
  }
}

/** Runs `statement` for each record of the list, with the record's parts and their checksum. */
function runEach(statement: StatementSync, parts: readonly Part[], places: number): void {
  for (let place = 0; place < parts.length; place += places) {
    const record = parts.slice(place, place + places);
    statement.run(...record, checksumOf(...record));
  }
}

function prepareEntries(db: DatabaseSync, rows: number): StatementSync {
  const values = Array.from({ length: rows }, () => '(?, ?, ?, ?)').join(', ');
  return db.prepare(`INSERT INTO journal (at, trace, body, checksum) VALUES ${values}`);
}
