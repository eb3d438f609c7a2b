/**
 * Puts sources into one index and takes them out again, a small transaction at a time (see `index-schema.ts`).
 * One put is staged at a time; what an interrupted one left behind is discarded by the next.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { DEAD, LIVE, STAGED } from './index-schema.ts';

/** Passages that one sweep removes: about 5 ms. */
const SWEEP_PASSAGES = 100;

/** A part of a source: its passages as place, title, text, place, … */
export interface SourcePart {
  readonly source: string;
  readonly version: string;
  readonly passages: readonly string[];
}

export class IndexWriter {
  readonly #db: DatabaseSync;
  readonly #id: number;
  readonly #findStaged: StatementSync;
  readonly #addSource: StatementSync;
  readonly #addPassage: StatementSync;
  readonly #addWords: StatementSync;
  readonly #move: StatementSync;
  readonly #retire: StatementSync;
  readonly #findDead: StatementSync;
  readonly #removePassage: StatementSync;
  readonly #removeWords: StatementSync;
  readonly #removeEmpty: StatementSync;

  constructor(db: DatabaseSync, id: number) {
    const words = `words_${id}`;
    this.#db = db;
    this.#id = id;
    this.#findStaged = db.prepare('SELECT id FROM sources WHERE index_id = ? AND stage = ? AND source = ?');
    this.#addSource = db.prepare(
      'INSERT INTO sources (index_id, stage, source, version) VALUES (?, ?, ?, ?)',
    );
    this.#addPassage = db.prepare('INSERT INTO passages (source_id, place, title, text) VALUES (?, ?, ?, ?)');
    this.#addWords = db.prepare(`INSERT INTO ${words} (rowid, title, text) VALUES (?, ?, ?)`);
    this.#move = db.prepare('UPDATE sources SET stage = ? WHERE index_id = ? AND stage = ?');
    this.#retire = db.prepare(
      `UPDATE sources SET stage = ${DEAD} WHERE index_id = ? AND stage = ${LIVE} AND source = ?`,
    );
    this.#findDead = db.prepare(
      `SELECT passages.id, title, text FROM sources JOIN passages ON source_id = sources.id
       WHERE index_id = ? AND stage = ${DEAD} LIMIT ${SWEEP_PASSAGES}`,
    );
    this.#removePassage = db.prepare('DELETE FROM passages WHERE id = ?');
    this.#removeWords = db.prepare(
      `INSERT INTO ${words} (${words}, rowid, title, text) VALUES ('delete', ?, ?, ?)`,
    );
    this.#removeEmpty = db.prepare(`DELETE FROM sources WHERE index_id = ? AND stage = ${DEAD}`);
  }

  /** Discards what an earlier put staged and did not publish. */
  discard(): void {
    this.#move.run(DEAD, this.#id, STAGED);
  }

  stage(parts: readonly SourcePart[]): void {
    this.#transact(() => {
      for (const part of parts) this.#stagePart(part);
    });
  }

  /** Makes everything staged searchable, in place of what stood under the same sources. */
  publish(): void {
    this.#transact(() => {
      const staged = this.#db.prepare('SELECT source FROM sources WHERE index_id = ? AND stage = ?');
      for (const row of staged.all(this.#id, STAGED)) this.#retire.run(this.#id, String(row.source));
      this.#move.run(LIVE, this.#id, STAGED);
    });
  }

  remove(sources: readonly string[]): void {
    this.#transact(() => {
      for (const source of sources) this.#retire.run(this.#id, source);
    });
  }

  /** Removes some passages of dead sources; whether there may be more. */
  sweep(): boolean {
    return this.#transact(() => {
      const rows = this.#findDead.all(this.#id);
      for (const { id, title, text } of rows) {
        this.#removeWords.run(Number(id), String(title), String(text));
        this.#removePassage.run(Number(id));
      }
      if (rows.length === SWEEP_PASSAGES) return true;
      this.#removeEmpty.run(this.#id);
      return false;
    });
  }

  #stagePart({ source, version, passages }: SourcePart): void {
    const staged = this.#findStaged.get(this.#id, STAGED, source);
    const sourceId =
      staged === undefined
        ? Number(this.#addSource.run(this.#id, STAGED, source, version).lastInsertRowid)
        : Number(staged.id);
    for (let at = 0; at < passages.length; at += 3) {
      const [place = '', title = '', text = ''] = passages.slice(at, at + 3);
      const { lastInsertRowid } = this.#addPassage.run(sourceId, place, title, text);
      this.#addWords.run(lastInsertRowid, title, text);
    }
  }

  #transact<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
