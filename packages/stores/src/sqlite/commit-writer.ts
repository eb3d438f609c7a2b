/**
 * Writes batches of commits: one transaction and one sync to disk for all of them. When a batch fails it is taken
 * back and each commit is tried by itself, so that one that cannot be written takes no other with it.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EncodedCommit } from '../records/encoded-commit.ts';
import type { HistoryTrimmer } from './history-trimmer.ts';
import { RecordWriter } from './record-writer.ts';
import { type Refusal, refusalOf } from './worker-answer.ts';

/** A commit of a batch, by its place there, that was not written. */
export interface FailedCommit {
  readonly place: number;
  readonly refusal: Refusal;
}

export class CommitWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #trimmer: HistoryTrimmer;
  readonly #records: RecordWriter;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  constructor(db: DatabaseSync, path: string, trimmer: HistoryTrimmer) {
    this.#db = db;
    this.#path = path;
    this.#trimmer = trimmer;
    this.#records = new RecordWriter(db);
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
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
    this.#begin.run();
    try {
      this.#records.write(commits);
      this.#trimmer.trim(commits);
      this.#commit.run();
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
